// SPDX-License-Identifier: Apache-2.0
import { DRIVER_COUNTERS } from '@aeron/codecs/internal';
import { TOOL_DIRECTORY, ToolHarness } from '../testing/tool-harness.ts';
import { streamStat } from './stream-stat.ts';

const LONG_CHANNEL = `aeron:udp?endpoint=localhost:20121|alias=${'a'.repeat(150)}`;

function filled(): ToolHarness {
  const harness = new ToolHarness();
  const driver = harness.startDriver();
  const ipc = { registrationId: 5, sessionId: 3, streamId: 1001, channel: 'aeron:ipc' };
  driver.addStream(DRIVER_COUNTERS.PUBLISHER_POSITION_CONCURRENT, ipc, 64);
  driver.addStream(DRIVER_COUNTERS.PUBLISHER_LIMIT, ipc, 2 ** 40);
  driver.addStream(DRIVER_COUNTERS.SUBSCRIBER_POSITION, { ...ipc, registrationId: 6 }, 32, 0);
  const udp = { registrationId: 9, sessionId: -4, streamId: 7, channel: LONG_CHANNEL };
  driver.addStream(DRIVER_COUNTERS.SUBSCRIBER_POSITION, udp, 1, 4096);
  driver.addStream(DRIVER_COUNTERS.RECEIVER_NAKS_SENT, udp, 2);
  driver.addStream(DRIVER_COUNTERS.FLOW_CONTROL_RECEIVERS, udp, 3);
  driver.addChannel(LONG_CHANNEL, 1);
  return harness;
}

describe('stream-stat', () => {
  it('prints a line for each stream, with the channel as complete as any label has it', async () => {
    const harness = filled();
    expect((await harness.textOf(streamStat(harness.call()))).split('\n')).toEqual([
      `Command \`n Control file ${TOOL_DIRECTORY}/cnc.dat`,
      `sessionId=-4 streamId=7 channel=${LONG_CHANNEL} : sub-pos:9:1 rcv-naks-sent:9:2`,
      'sessionId=3 streamId=1001 channel=aeron:ipc : pub-pos (concurrent):5:64 pub-lmt:5:1099511627776 sub-pos:6:32',
      '',
    ]);
  });

  it('prints the same for programs', async () => {
    const harness = filled();
    const document = JSON.parse(await harness.textOf(streamStat(harness.call({ json: true }))));
    expect(document).toMatchObject({
      path: `${TOOL_DIRECTORY}/cnc.dat`,
      streams: [
        { sessionId: -4, channel: LONG_CHANNEL },
        {
          sessionId: 3,
          streamId: 1001,
          positions: [{ name: 'pub-pos (concurrent)', registrationId: 5, value: 64 }, {}, {}],
        },
      ],
    });
  });

  it('copes with labels that it does not know', async () => {
    const harness = new ToolHarness();
    const driver = harness.startDriver();
    const stream = { registrationId: 5, sessionId: 3, streamId: 1001, channel: 'aeron:ipc' };
    const id = driver.addStream(DRIVER_COUNTERS.PUBLISHER_LIMIT, stream, 1);
    driver.counters.setCounterLabel(id, 'no colon\u0007 here');
    expect(await harness.textOf(streamStat(harness.call()))).toContain(
      '\nsessionId=3 streamId=1001 channel=aeron:ipc : no colon. here:5:1\n',
    );
  });
});
