// SPDX-License-Identifier: Apache-2.0
/** From the layout tables to the text of every generated file, in memory. Knows where tables and generated code are. */
import { emitIndex, emitLayout, fileName } from './emit.ts';
import type { MessageLayout } from './model.ts';

/** A module whose exports are layouts. Others are ignored, so a table may export a base or a constant. */
export type LayoutTable = Readonly<Record<string, unknown>>;

export interface TableSource {
  /** Folder under packages/codecs/src. */
  readonly folder: string;
  /** File name of the table in that folder. */
  readonly table: string;
  readonly exports: LayoutTable;
}

export interface GeneratedFile {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
}

const ROOT = 'packages/codecs/src';

/** Where generated code of a folder goes. Everything in it is generated. */
export function generatedFolder(folder: string): string {
  return `${ROOT}/${folder}/generated`;
}

/** All files, in the order of the tables. */
export function generate(sources: readonly TableSource[]): GeneratedFile[] {
  const files: GeneratedFile[] = [];
  const byFolder = new Map<string, MessageLayout[]>();
  for (const { folder, table, exports } of sources) {
    for (const layout of layoutsOf(exports)) {
      const path = `${generatedFolder(folder)}/${fileName(layout)}`;
      if (files.some((file) => file.path === path)) {
        throw new Error(`two layouts have one name: path=${path}`);
      }
      files.push({ path, text: emitLayout(layout, table, '../../flyweight.ts') });
      byFolder.set(folder, [...(byFolder.get(folder) ?? []), layout]);
    }
  }
  for (const [folder, layouts] of byFolder) {
    files.push({ path: `${generatedFolder(folder)}/index.ts`, text: emitIndex(layouts) });
  }
  return files;
}

/** The layouts that a table exports; a layout that is only a base for others is exported as well. */
export function layoutsOf(table: LayoutTable): MessageLayout[] {
  return Object.values(table).filter(isLayout);
}

function isLayout(value: unknown): value is MessageLayout {
  return typeof value === 'object' && value !== null && 'blockLength' in value && 'fields' in value;
}
