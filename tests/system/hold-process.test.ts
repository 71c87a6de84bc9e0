// SPDX-License-Identifier: Apache-2.0
/** Whether a driver keeps the process of its application alive: as long as nobody says otherwise. */
import { onStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

jest.setTimeout(90_000);

const MODES = [
  ['SHARED', '-'],
  ['SHARED', 'guest'],
  ['SHARED', 'owner'],
  ['SHARED_NETWORK', '-'],
  ['DEDICATED', '-'],
  ['DEDICATED', 'guest'],
] as const;
/** Far longer than a program takes to end that nothing holds. */
const STAY_MS = 300;

describe.each(MODES)('a driver in mode %s, calling thread %s', (threadingMode, callingThread) => {
  it('lets the process end after unref, and holds it after ref', async () => {
    await onStage(async (stage) => {
      const start = (calls: string) =>
        stage.startProgram('hold.mjs', stage.newDirectory(), threadingMode, callingThread, calls);
      const [released, held] = [start('ref,unref'), start('unref,ref')];
      expect(await released.ended).toEqual({ code: 0, signal: null, stdout: 'launched\n', stderr: '' });
      await until(() => held.stdout === 'launched\n', 'the program that stays');
      await new Promise((resolve) => setTimeout(resolve, STAY_MS));
      expect(held.isRunning).toBe(true);
    });
  });
});
