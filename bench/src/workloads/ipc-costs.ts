// SPDX-License-Identifier: Apache-2.0
/** What sending and receiving over IPC costs the processor, in one thread by turns. */
import { namedValue, type Workload } from './workload.ts';

const ROWS = [
  { kind: 'offer', name: 'concurrent offer', isQuick: true },
  { kind: 'exclusive', name: 'exclusive offer', isQuick: false },
  { kind: 'claim', name: 'tryClaim', isQuick: false },
] as const;

export const ipcCosts: readonly Workload[] = ROWS.map(({ kind, name, isQuick }) => ({
  group: 'IPC, processor time of a message of 32 bytes',
  isQuick,
  metrics: [
    { id: `ipc.cost.${kind}`, name, unit: 'ns', isMoreBetter: false },
    { id: `ipc.cost.${kind}.poll`, name: '  and of its poll', unit: 'ns', isMoreBetter: false },
  ],
  run: (stage) =>
    stage.withDriver({}, async (driver) => {
      const place = { channel: 'aeron:ipc', stream: 1001 };
      const args = { ...place, kind, length: 32, count: stage.scale.costMessages };
      const result = await driver.start('turns', args).result();
      return {
        [`ipc.cost.${kind}`]: namedValue(result, 'sendNs'),
        [`ipc.cost.${kind}.poll`]: namedValue(result, 'receiveNs'),
      };
    }),
}));
