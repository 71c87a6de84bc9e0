// SPDX-License-Identifier: Apache-2.0
import { DRIVER_COUNTERS } from '@aeron/codecs/internal';
import { type DriverOfTest, TOOL_DIRECTORY, ToolHarness } from '../testing/tool-harness.ts';
import { backlogStat } from './backlog-stat.ts';

const COUNTER = DRIVER_COUNTERS;
const TITLE = `Command \`n Control file ${TOOL_DIRECTORY}/cnc.dat`;

type Row = readonly [row: keyof typeof DRIVER_COUNTERS, registrationId: number, value: number, referenceId?: number];
type Rows = readonly Row[];

function addAll(driver: DriverOfTest, channel: string, rows: Rows): void {
  for (const [name, registrationId, value, referenceId = 0] of rows) {
    const stream = { registrationId, sessionId: 3, streamId: 1001, channel };
    const id = driver.addStream(COUNTER[name], stream, value);
    driver.counters.setCounterReferenceId(id, referenceId);
  }
}

async function linesFor(channel: string, rows: Rows, all = false): Promise<string[]> {
  const harness = new ToolHarness();
  addAll(harness.startDriver(), channel, rows);
  const [title, ...lines] = (await harness.textOf(backlogStat(harness.call(), { all }))).split('\n');
  expect(title).toBe(TITLE);
  return lines;
}

const IPC: Rows = [
  ['PUBLISHER_POSITION_EXCLUSIVE', 5, 1000],
  ['PUBLISHER_LIMIT', 5, 5000],
  ['SUBSCRIBER_POSITION', 7, 400, 5],
  ['SUBSCRIBER_POSITION', 6, 1000, 5],
];

describe('backlog-stat', () => {
  it('tells what a sender has still to send, and how much it may', async () => {
    expect(
      await linesFor('aeron:udp?endpoint=a:1', [
        ['PUBLISHER_POSITION_CONCURRENT', 5, 1000],
        ['PUBLISHER_LIMIT', 5, 5000],
        ['SENDER_POSITION', 5, 900],
        ['SENDER_LIMIT', 5, 1200],
      ]),
    ).toEqual([
      'sessionId=3 streamId=1001 channel=aeron:udp?endpoint=a:1 : ',
      '┌─for publisher 5 the last sampled position is 1000 (~4000 bytes before back-pressure)',
      '└─sender 5 has to send 100 bytes (300 bytes remaining in the sender window)',
      '',
      '',
    ]);
  });

  it('tells where a sender is that has overtaken the sampled position', async () => {
    const lines = await linesFor('aeron:udp?endpoint=a:1', [
      ['PUBLISHER_POSITION_CONCURRENT', 5, 1000],
      ['PUBLISHER_LIMIT', 5, 5000],
      ['SENDER_POSITION', 5, 1100],
      ['SENDER_LIMIT', 5, 1100],
    ]);
    expect(lines[2]).toBe('└─sender 5 is at position 1100 (0 bytes remaining in the sender window)');
  });

  it('tells how far subscribers are behind what was received', async () => {
    expect(
      await linesFor('aeron:udp?endpoint=a:1', [
        ['SUBSCRIBER_POSITION', 12, 700],
        ['SUBSCRIBER_POSITION', 9, 900],
        ['RECEIVER_HWM', 20, 1000],
        ['RECEIVER_POSITION', 20, 950],
      ]),
    ).toEqual([
      'sessionId=3 streamId=1001 channel=aeron:udp?endpoint=a:1 : ',
      '┌─receiver 20 is at position 950',
      '├─subscriber 9 has 100 backlog bytes',
      '└─subscriber 12 has 300 backlog bytes',
      '',
      '',
    ]);
  });

  it('leaves subscribers over IPC out, as the reference does, unless asked for all', async () => {
    const short = [
      'sessionId=3 streamId=1001 channel=aeron:ipc : ',
      '┌─for publisher 5 the last sampled position is 1000 (~4000 bytes before back-pressure)',
      '└─no sender',
    ];
    expect(await linesFor('aeron:ipc', IPC)).toEqual([...short, '', '']);
    expect(await linesFor('aeron:ipc', IPC, true)).toEqual([
      ...short,
      '┌─no receiver',
      '├─subscriber 6 has 0 backlog bytes of publication 5',
      '└─subscriber 7 has 600 backlog bytes of publication 5',
      '',
      '',
    ]);
  });

  it('finds the publication of a subscriber by what its counter refers to, whatever their URIs', async () => {
    const harness = new ToolHarness();
    const driver = harness.startDriver();
    addAll(driver, 'aeron:ipc?alias=a', IPC.slice(0, 2));
    addAll(driver, 'aeron:ipc', [
      ['SUBSCRIBER_POSITION', 7, 400, 5],
      ['SUBSCRIBER_POSITION', 8, 500, 99],
    ]);
    expect(await harness.textOf(backlogStat(harness.call(), { all: true }))).toContain(
      '┌─no receiver\n├─subscriber 7 has 600 backlog bytes of publication 5\n└─subscriber 8 is at position 500\n',
    );
  });

  it('shows a stream of which only congestion control counts', async () => {
    expect(await linesFor('aeron:udp?endpoint=a:1', [['CUBIC_WINDOW', 20, 4096]])).toEqual([
      'sessionId=3 streamId=1001 channel=aeron:udp?endpoint=a:1 : ',
      '',
      '',
    ]);
  });

  it('tells programs everything', async () => {
    const harness = new ToolHarness();
    addAll(harness.startDriver(), 'aeron:ipc', IPC);
    const { streams } = JSON.parse(await harness.textOf(backlogStat(harness.call({ json: true }), { all: false })));
    expect(streams).toEqual([
      {
        sessionId: 3,
        streamId: 1001,
        channel: 'aeron:ipc',
        publisher: { registrationId: 5, position: 1000, remainingWindow: 4000 },
        subscribers: [
          { registrationId: 6, position: 1000, publicationId: 5, backlog: 0 },
          { registrationId: 7, position: 400, publicationId: 5, backlog: 600 },
        ],
      },
    ]);
  });
});
