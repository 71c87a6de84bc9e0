// SPDX-License-Identifier: Apache-2.0
/** A Dockerfile taken apart as far as ours goes: stages and their instructions, in order. */

export interface Instruction {
  readonly name: string;
  /** Everything behind the name, lines joined. */
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  /** An image, or an earlier stage. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

const STAGE = /^(\S+) AS (\S+)$/;

/** @throws Error for a stage without a name, and for what is none of the instructions that we use. */
export function parseDockerfile(text: string): Stage[] {
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  for (const instruction of instructionsOf(text)) {
    if (instruction.name === 'FROM') {
      const [, base = '', name = ''] = STAGE.exec(instruction.text) ?? [];
      if (name === '') {
        throw new Error(`a stage without a name: FROM ${instruction.text}`);
      }
      stages.push({ base, name, instructions: [] });
    } else if (instruction.name !== 'ARG') {
      stages.at(-1)?.instructions.push(instruction);
    }
  }
  return stages;
}

function instructionsOf(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#') && line.trim() !== '');
  const joined = lines.join('\n').replaceAll(/\\\n\s*/g, '');
  return joined.split('\n').map((line) => {
    const [, name = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (!['FROM', 'ARG', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'HEALTHCHECK', 'ENTRYPOINT'].includes(name)) {
      throw new Error(`what instruction is this: ${line}`);
    }
    return { name, text: rest };
  });
}

/** `NAME=value NAME=value` of all ENV instructions of a stage. */
export function environmentOf({ instructions }: Stage): Record<string, string> {
  const pairs = instructions
    .filter(({ name }) => name === 'ENV')
    .flatMap(({ text }) => text.split(/\s+/))
    .map((pair) => pair.split('=') as [string, string]);
  return Object.fromEntries(pairs);
}

/** The words of an instruction in its JSON form. */
export function wordsOf(stage: Stage, name: string): string[] {
  const text = stage.instructions.find((instruction) => instruction.name === name)?.text ?? '';
  return JSON.parse(text.slice(text.indexOf('['))) as string[];
}
