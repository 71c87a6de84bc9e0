// SPDX-License-Identifier: Apache-2.0
/**
 * The shortest ways of a message at full speed between two processes: whoever sees a frame must see all of it. Once in the order
 * that the processor keeps by itself, where it does, and once by `Atomics` (ADR 0001).
 */
import { join } from 'node:path';
import { onStage, PROGRAMS } from '../support/stage.ts';

jest.setTimeout(120_000);

const COUNT = 500_000;

describe.each(['processor', 'atomics'])('in the memory order of %s', (order) => {
  it.each(['offer', 'claim', 'array', 'vectored', 'exclusive offer', 'exclusive claim'])(
    'a burst by %s arrives whole and in order',
    async (kind) => {
      await onStage(async (stage) => {
        const aeronDirectoryName = stage.newDirectory();
        await stage.startDriver(aeronDirectoryName);
        const [publisher, subscriber] = ['publish', 'subscribe'].map((role) =>
          stage.start(join(PROGRAMS, 'burst.mjs'), [JSON.stringify({ aeronDirectoryName, role, kind, count: COUNT })], {
            env: { ...process.env, AERON_MEMORY_ORDER: order },
          }),
        );
        const received = await subscriber?.ended;
        expect({ ...received, stdout: JSON.parse(received?.stdout || '{}') }).toMatchObject({
          ...{ code: 0, stderr: '' },
          stdout: { received: COUNT, problem: null },
        });
        expect(await publisher?.ended).toMatchObject({ code: 0, stderr: '' });
      });
    },
  );
});
