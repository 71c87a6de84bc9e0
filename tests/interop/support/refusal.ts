// SPDX-License-Identifier: Apache-2.0
/** What a driver answered to a request that it refused, whichever client tells of it. */

export interface Refusal {
  readonly code: number;
  readonly text: string;
}

/** @returns undefined when there was none. @throws what was no refusal by a driver. */
export async function refusalOf(action: Promise<unknown>): Promise<Refusal | undefined> {
  try {
    await action;
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && 'errorCodeValue' in error) {
      return { code: Number(error.errorCodeValue), text };
    }
    const code = /errorCodeValue=(-?\d+)/.exec(text);
    if (code === null) {
      throw error;
    }
    return { code: Number(code[1]), text };
  }
}
