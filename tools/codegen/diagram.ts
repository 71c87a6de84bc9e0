// SPDX-License-Identifier: Apache-2.0
/** Draws a layout as a box diagram: four bytes a row, byte offsets on the left, so that a reader can check a hex dump by eye. */
import type { FixedField, MessageLayout, TailField } from './model.ts';
import { PRIMITIVE_LENGTH } from './model.ts';

const BYTES_PER_ROW = 4;
const MIN_BYTE_WIDTH = 15;

/** The lines of the diagram. */
export function diagram(layout: MessageLayout): string[] {
  const byteWidth = widthPerByte(layout);
  const rowWidth = BYTES_PER_ROW * (byteWidth + 1) - 1;
  const rule = `${gutter('')}+${Array.from({ length: BYTES_PER_ROW }, () => '-'.repeat(byteWidth)).join('+')}+`;
  const lines = [rule];
  let cells: string[] = [];
  let rowStart = 0;
  const flush = (): void => {
    if (cells.length > 0) {
      lines.push(`${gutter(rowStart)}|${cells.join('|')}|`, rule);
      cells = [];
    }
  };
  for (const field of layout.fields) {
    if (field.offset % BYTES_PER_ROW === 0) {
      flush();
      rowStart = field.offset;
    }
    if (field.offset % BYTES_PER_ROW === 0 && field.length > BYTES_PER_ROW) {
      lines.push(...longField(field, rowWidth), rule);
    } else {
      cells.push(centred(title(field), field.length * (byteWidth + 1) - 1));
    }
  }
  flush();
  layout.tail.forEach((field, index) => {
    const [prefix, data] = tailField(field, rowWidth, index === 0 ? layout.blockLength : undefined);
    lines.push(prefix, rule, data, rule);
  });
  return lines;
}

/** Wide enough for the longest name of a field that shares a row with others. */
function widthPerByte(layout: MessageLayout): number {
  const short = layout.fields.filter((field) => field.length < BYTES_PER_ROW);
  return Math.max(MIN_BYTE_WIDTH, ...short.map((field) => Math.ceil((title(field).length + 1) / field.length)));
}

function longField(field: FixedField, rowWidth: number): string[] {
  const rows = Math.ceil(field.length / BYTES_PER_ROW);
  const note = rows > 2 ? `${title(field)} (${field.length} bytes)` : title(field);
  const end = rows > 2 ? '...' : '';
  return [
    `${gutter(field.offset)}|${centred(note, rowWidth)}|`,
    `${gutter(rows > 2 ? '' : field.offset + BYTES_PER_ROW)}|${centred(end, rowWidth)}|`,
  ];
}

function tailField(field: TailField, rowWidth: number, offset: number | undefined): [string, string] {
  const prefixLength = PRIMITIVE_LENGTH[field.prefix];
  const kind = field.encoding === 'ascii' ? 'ASCII' : 'bytes';
  const dataOffset = offset === undefined ? '' : offset + prefixLength;
  return [
    `${gutter(offset ?? '')}|${centred(`${field.name}Length (${prefixLength} bytes)`, rowWidth)}|`,
    `${gutter(dataOffset)}|${centred(`${field.name} (${kind}) ...`, rowWidth)}|`,
  ];
}

function title(field: FixedField): string {
  if (field.type === 'reserved') {
    return 'reserved';
  }
  return field.presence === 'always' ? field.name : `${field.name} (optional)`;
}

function centred(text: string, width: number): string {
  const left = Math.max(0, Math.floor((width - text.length) / 2));
  return (' '.repeat(left) + text).padEnd(width).slice(0, width);
}

function gutter(offset: number | string): string {
  return `${String(offset).padStart(5)} `;
}
