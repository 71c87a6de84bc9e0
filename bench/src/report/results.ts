// SPDX-License-Identifier: Apache-2.0
/** A file of results: everything that a run measured. A run may be done in parts, one file taking them all. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Scale } from '../workloads/scale.ts';
import type { Machine } from './machine.ts';
import { Samples, type SamplesData } from './samples.ts';

export interface RunFacts {
  readonly date: string;
  readonly machine: Machine;
  readonly scale: Scale;
  /** Version of the reference, or why it was not measured. */
  readonly reference: string;
}

interface ResultsFile extends RunFacts {
  readonly samples: SamplesData;
}

export interface Results {
  readonly facts: RunFacts;
  readonly samples: Samples;
}

export function readResults(path: string): Results {
  const { samples, ...facts } = JSON.parse(readFileSync(path, 'utf8')) as ResultsFile;
  return { facts, samples: Samples.from(samples) };
}

export function writeResults(path: string, { facts, samples }: Results): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ ...facts, samples: rounded(samples.toJSON()) }, null, 1)}\n`);
}

/** Puts what was measured into the file, beside what other parts of the run put there. */
export function mergeResults(path: string, results: Results): void {
  if (!existsSync(path)) {
    writeResults(path, results);
    return;
  }
  const { facts, samples } = readResults(path);
  samples.replaceWith(results.samples);
  writeResults(path, { facts, samples });
}

const DIGITS = 5;

function rounded(data: SamplesData): SamplesData {
  return JSON.parse(
    JSON.stringify(data, (_key, value: unknown) =>
      typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value,
    ),
  ) as SamplesData;
}
