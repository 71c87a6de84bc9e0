// SPDX-License-Identifier: Apache-2.0
/**
 * Emits the flyweight class of a layout. Offsets are written as literals and every class is flat, without a superclass, so that
 * each accessor is a distinct small function that inlines and a receiver always has one shape.
 */

import type { FixedField, MessageLayout, Primitive, TailField } from './model.ts';
import { minimumLength, PRIMITIVE_LENGTH, requiredBlockLength } from './model.ts';
import { capitalized } from './names.ts';

/** Collects which helpers of `flyweight.ts` the emitted code calls. */
export type Helpers = Set<string>;

const ACCESSORS: Readonly<Record<Primitive, string>> = {
  i8: 'Int8',
  u8: 'Uint8',
  i16: 'Int16',
  u16: 'Uint16',
  i32: 'Int32',
  i64: 'Int64Unaligned',
  opaque64: 'BigInt64',
};

/** The lines of the class, without its documentation. */
export function emitClass(layout: MessageLayout, helpers: Helpers): string[] {
  helpers.add('NO_BUFFER');
  const blocks = [
    ['buffer: AtomicBuffer = NO_BUFFER;', 'offset = 0;'],
    wrapMethod(),
    ...layout.fields.flatMap((field) => fixedAccessors(field, helpers)),
    ...layout.tail.flatMap((field, index) => tailAccessors(layout, field, index, helpers)),
    ...computeLength(layout, helpers),
    ...encodedLength(layout),
    validateMethod(layout, helpers),
    toStringMethod(layout, helpers),
  ];
  const body = blocks.map((block) => block.map((line) => `  ${line}`).join('\n')).join('\n\n');
  return [`export class ${layout.name}Flyweight implements Flyweight {`, body, '}'];
}

function wrapMethod(): string[] {
  return [
    'wrap(buffer: AtomicBuffer, offset: number): this {',
    '  this.buffer = buffer;',
    '  this.offset = offset;',
    '  return this;',
    '}',
  ];
}

function documented(doc: string, lines: string[]): string[] {
  return doc === '' ? lines : [`/** ${doc} */`, ...lines];
}

function getter(name: string, type: string, expression: string, doc = ''): string[] {
  return documented(doc, [`get ${name}(): ${type} {`, `  return ${expression};`, '}']);
}

function setter(name: string, type: string, statements: readonly string[]): string[] {
  return [`set ${name}(value: ${type}) {`, ...statements.map((line) => `  ${line}`), '}'];
}

/** `this.offset + 8`, and without the sum at the start. */
function at(offset: number): string {
  return offset === 0 ? 'this.offset' : `this.offset + ${offset}`;
}

function fixedAccessors(field: FixedField, helpers: Helpers): string[][] {
  const { name, type, offset, doc } = field;
  if (type === 'reserved') {
    return [];
  }
  const blocks = presenceTest(field);
  if (type === 'bytes') {
    helpers.add('putFixedBytes');
    blocks.push(getter(name, 'Uint8Array', `this.buffer.subarray(${at(offset)}, ${field.length})`, doc));
    blocks.push(setter(name, 'Uint8Array', [`putFixedBytes(this.buffer, ${at(offset)}, ${field.length}, value);`]));
    return blocks;
  }
  const valueType = type === 'opaque64' ? 'bigint' : 'number';
  blocks.push(getter(name, valueType, `this.buffer.get${ACCESSORS[type]}(${at(offset)})`, doc));
  blocks.push(setter(name, valueType, [`this.buffer.put${ACCESSORS[type]}(${at(offset)}, value);`]));
  return [...blocks, ...flagAccessors(field)];
}

function presenceTest(field: FixedField): string[][] {
  const end = field.offset + field.length;
  if (field.presence === 'always') {
    return [];
  }
  if (field.presence === 'receivedLength') {
    return [
      documented(`Whether a message of \`length\` bytes, as received, carries \`${field.name}\`.`, [
        `has${capitalized(field.name)}(length: number): boolean {`,
        `  return length >= ${end};`,
        '}',
      ]),
    ];
  }
  const test = `this.${field.presence.lengthField} >= ${end}`;
  return [getter(`has${capitalized(field.name)}`, 'boolean', test, `Whether the message carries \`${field.name}\`.`)];
}

function flagAccessors(field: FixedField): string[][] {
  // A bit of a 64-bit field is reached through its low word, which is first in little-endian order.
  const access = field.length === 8 ? 'Int32' : ACCESSORS[field.type as Primitive];
  const read = `this.buffer.get${access}(${at(field.offset)})`;
  return field.flags.flatMap(({ name, mask }) => {
    const bit = hex(mask);
    return [
      getter(`${name}Flag`, 'boolean', `(${read} & ${bit}) !== 0`, `Bit ${bit} of \`${field.name}\`.`),
      setter(`${name}Flag`, 'boolean', [
        `const others = ${read} & ~${bit};`,
        `this.buffer.put${access}(${at(field.offset)}, value ? others | ${bit} : others);`,
      ]),
    ];
  });
}

function tailAccessors(layout: MessageLayout, field: TailField, index: number, helpers: Helpers): string[][] {
  const { name, encoding, prefix } = field;
  const prefixAt = tailPrefixAt(layout, index, helpers);
  const prefixLength = PRIMITIVE_LENGTH[prefix];
  const dataAt = index === 0 ? at(layout.blockLength + prefixLength) : `${prefixAt} + ${prefixLength}`;
  const method = encoding === 'ascii' ? 'getAscii' : 'subarray';
  const type = encoding === 'ascii' ? 'string' : 'Uint8Array';
  const isLast = index === layout.tail.length - 1;
  const order = index === 0 ? '' : ' Set it after the fields before it, whose lengths decide where it is.';
  const put = encoding === 'ascii' ? 'putAscii' : 'putUint8Array';
  const statements = [
    `const lengthOffset = ${prefixAt};`,
    `this.buffer.put${ACCESSORS[prefix]}(lengthOffset, value.length);`,
    `this.buffer.${put}(lengthOffset + ${prefixLength}, value);`,
  ];
  if (!isLast) {
    helpers.add('padTo4');
    statements.push(`padTo4(this.buffer, lengthOffset + ${prefixLength}, value.length);`);
  }
  const doc = `${field.doc}${order}`.trim();
  return [
    getter(`${name}Offset`, 'number', dataAt, `Where the bytes of \`${name}\` start in the buffer.`),
    getter(`${name}Length`, 'number', `this.buffer.get${ACCESSORS[prefix]}(${prefixAt})`),
    getter(name, type, `this.buffer.${method}(this.${name}Offset, this.${name}Length)`, doc),
    setter(name, type, statements),
  ];
}

/** Where the length prefix of a variable-length field is in the buffer. */
function tailPrefixAt(layout: MessageLayout, index: number, helpers: Helpers): string {
  const previous = layout.tail[index - 1];
  if (previous === undefined) {
    return at(layout.blockLength);
  }
  // The block and each prefix before it are multiples of 4 long (checked by the emitter), so padding the data alone will do.
  helpers.add('align4');
  return `this.${previous.name}Offset + align4(this.${previous.name}Length)`;
}

function computeLength(layout: MessageLayout, helpers: Helpers): string[][] {
  if (layout.tail.length === 0) {
    return [];
  }
  const prefixes = layout.tail.reduce((sum, field) => sum + PRIMITIVE_LENGTH[field.prefix], layout.blockLength);
  const terms = layout.tail.map((field, index) => {
    if (index === layout.tail.length - 1) {
      return `${field.name}Length`;
    }
    helpers.add('align4');
    return `align4(${field.name}Length)`;
  });
  const parameters = layout.tail.map((field) => `${field.name}Length: number`).join(', ');
  const sum = [prefixes, ...terms].join(' + ');
  return [
    documented('Bytes of a message with variable-length fields of these lengths.', [
      `static computeLength(${parameters}): number {`,
      `  return ${aligned(layout, sum)};`,
      '}',
    ]),
  ];
}

function aligned(layout: MessageLayout, sum: string): string {
  return layout.alignment === 1 ? sum : `(${sum} + ${layout.alignment - 1}) & ~${layout.alignment - 1}`;
}

function encodedLength(layout: MessageLayout): string[][] {
  const last = layout.tail.at(-1);
  const optional = layout.fields.find((field) => typeof field.presence === 'object');
  let expression = `${layout.blockLength}`;
  if (last !== undefined) {
    expression = aligned(layout, `this.${last.name}Offset - this.offset + this.${last.name}Length`);
  } else if (optional !== undefined) {
    expression = `this.has${capitalized(optional.name)} ? ${layout.blockLength} : ${requiredBlockLength(layout)}`;
  }
  return [getter('encodedLength', 'number', expression)];
}

function validateMethod(layout: MessageLayout, helpers: Helpers): string[] {
  helpers.add('tooShort');
  const lines = [
    `if (length < ${minimumLength(layout)} || this.offset + length > this.buffer.capacity) {`,
    '  return tooShort(length);',
    '}',
  ];
  const optional = layout.fields.find((field) => typeof field.presence === 'object');
  if (optional !== undefined) {
    helpers.add('tooShortFor');
    lines.push(
      `if (this.has${capitalized(optional.name)} && length < ${optional.offset + optional.length}) {`,
      `  return tooShortFor('${optional.name}', length);`,
      '}',
    );
  }
  layout.tail.forEach((field, index) => {
    lines.push(...validateTail(layout, field, index, helpers));
  });
  return [
    'validate(length: number): string | undefined {',
    ...lines.map((line) => `  ${line}`),
    '  return undefined;',
    '}',
  ];
}

function validateTail(layout: MessageLayout, field: TailField, index: number, helpers: Helpers): string[] {
  helpers.add('varDataEnd').add('tooShortFor');
  const previous = layout.tail[index - 1];
  const prefixAt = previous === undefined ? layout.blockLength : `align4(${previous.name}End)`;
  const end = `varDataEnd(this.buffer, this.offset, ${prefixAt}, ${PRIMITIVE_LENGTH[field.prefix]}, length)`;
  const report = `return tooShortFor('${field.name}', length);`;
  if (index === layout.tail.length - 1) {
    return [`if (${end} < 0) {`, `  ${report}`, '}'];
  }
  return [`const ${field.name}End = ${end};`, `if (${field.name}End < 0) {`, `  ${report}`, '}'];
}

function toStringMethod(layout: MessageLayout, helpers: Helpers): string[] {
  helpers.add('formatFields');
  return [
    'toString(): string {',
    `  const fields = dissect${layout.name}(this.buffer, this.offset, this.buffer.capacity - this.offset);`,
    `  return formatFields('${layout.name}', fields);`,
    '}',
  ];
}

/** `0x80`, as the reference's headers write bits. */
export function hex(mask: number): string {
  return `0x${mask.toString(16).padStart(2, '0')}`;
}
