// SPDX-License-Identifier: Apache-2.0
/**
 * What was closed is used all the same, while another part of the program holds views of its memory, before and after the memory
 * was given up, with each mapping provider. A process of its own does it, so that a crash would be seen.
 */

import { join } from 'node:path';
import { isAeronError } from '@aeron/core';
import { nodePlatform } from '@aeron/core/internal';
import { MediaDriver } from '@aeron/driver';
import { onStage, PROGRAMS } from '../support/stage.ts';

jest.setTimeout(60_000);

const CLOSED = -4;

/** Why a provider can't be used here; undefined when it can. */
function problemOf(provider: 'koffi' | 'mmap-io'): string | undefined {
  try {
    nodePlatform({ mapping: { provider } });
    return undefined;
  } catch (error) {
    if (isAeronError(error)) {
      return error.message;
    }
    throw error;
  }
}

type Outcome = string | number | boolean | null | { readonly error?: string; readonly code?: string | null };

describe.each(['koffi', 'mmap-io'] as const)('with %s', (provider) => {
  const problem = problemOf(provider);
  const where = problem === undefined ? it : it.skip;

  where(
    `everything that is closed answers, and nothing crashes${problem === undefined ? '' : ` (${problem})`}`,
    async () => {
      await onStage(async (stage) => {
        await using driver = await MediaDriver.launchEmbedded({ timerIntervalNs: '20ms' });
        const program = stage.start(join(PROGRAMS, 'use-after-close.mjs'), [driver.aeronDirectoryName, provider], {
          execArgv: ['--expose-gc'],
        });
        const { code, signal, stdout, stderr } = await program.ended;
        expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
        const { outcomes, errors } = JSON.parse(stdout) as { outcomes: Record<string, Outcome>; errors: unknown[] };
        expect(errors).toEqual([]);
        expect(Object.keys(outcomes).length).toBeGreaterThan(150);
        for (const [name, outcome] of Object.entries(outcomes)) {
          expect([name, isRight(name, outcome), outcome]).toEqual([name, true, outcome]);
        }
      });
    },
  );
});

/** What each use must give: a code, a value that was kept, or an error with a code. */
function isRight(name: string, outcome: Outcome): boolean {
  const what = name.slice(name.indexOf(': ') + 2);
  const failure = typeof outcome === 'object' && outcome !== null ? outcome : undefined;
  if (
    /^(publication|exclusive)\.(offer|offer parts|tryClaim|position|positionLimit|availableWindow|appendPadding)$/.test(
      what,
    )
  ) {
    return outcome === CLOSED;
  }
  if (what === 'exclusive.offerBlock') {
    return outcome === CLOSED;
  }
  if (/\.(poll|controlledPoll|blockPoll|rawPoll|boundedPoll|imageCount|lag|activeTransportCount)$/.test(what)) {
    return outcome === 0;
  }
  if (/\.(close|revoke)$/.test(what)) {
    return failure === undefined || failure.error === undefined;
  }
  if (/\.toString$/.test(what)) {
    return outcome === 'string';
  }
  if (/\.(isConnected|isEndOfStream)$/.test(what)) {
    return typeof outcome === 'boolean';
  }
  if (/\.(channelStatus|position)$/.test(what)) {
    return typeof outcome === 'number';
  }
  if (what === 'subscription.messages') {
    return failure !== undefined && 'done' in failure && failure.done === true;
  }
  if (/^(view of|text of|header|commit|abort|counter values|reader\.)/.test(what)) {
    // The memory may be there for as long as it is held, or be gone already; then that is an error like any other.
    return failure === undefined || typeof failure.error === 'string';
  }
  if (name === 'in a handler: calls') {
    return outcome === 1;
  }
  return failure?.code === 'CLOSED';
}
