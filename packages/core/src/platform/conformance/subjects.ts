// SPDX-License-Identifier: Apache-2.0
/**
 * What a conformance suite is run on: an implementation of a port and the means that differ between a real and a simulated
 * one. The suites use jest's globals when they are called, never when they are imported.
 */
import type { Platform } from '../ports.ts';

/** One implementation, ready for one test. */
export interface Subject {
  readonly platform: Platform;
  /** A directory that exists and is empty. */
  readonly directory: string;
  /** Lets some time pass, a few ms at most; real time or virtual. */
  pass(): Promise<void>;
  /** Gives up what `make` took. */
  dispose(): void;
}

/** Makes a fresh subject for each test. */
export type MakeSubject = () => Subject;

const PASSES_MAX = 2000;

/** Lets time pass until the condition holds. @throws Error when it does not come to hold in a bounded number of passes. */
export async function eventually(subject: Subject, what: string, condition: () => boolean): Promise<void> {
  for (let i = 0; !condition(); i++) {
    if (i === PASSES_MAX) {
      throw new Error(`did not happen: ${what}`);
    }
    await subject.pass();
  }
}

/** Declares the tests of a suite, each with a subject of its own that is disposed of afterwards. */
export function withSubject(
  make: MakeSubject,
): (name: string, test: (subject: Subject) => void | Promise<void>) => void {
  return (name, test) => {
    it(name, async () => {
      const subject = make();
      try {
        await test(subject);
      } finally {
        subject.dispose();
      }
    });
  };
}

/** The `code` of what the call throws; undefined when it returns. */
export function codeOf(call: () => unknown): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code ?? error;
  }
}

/** Bytes 0, 1, 2, … modulo a prime, so that no two pages are alike. */
export function pattern(length: number, start = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (start + index) % 251);
}
