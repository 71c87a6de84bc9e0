// SPDX-License-Identifier: Apache-2.0
import {
  appendMessage,
  claimFrame,
  createLog,
  type LogBuffers,
  locateTail,
  PublicationLog,
  packTail,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import { ipcLogParameters } from '../../ipc/ipc-log-parameters.ts';
import { PLAIN_PARAMS, TERM_LENGTH } from '../../testing/ipc-log.ts';
import { ToolHarness } from '../testing/tool-harness.ts';
import { formatLongDate } from '../text/dates.ts';
import { bodyText } from './body-text.ts';
import { framesOf } from './log-frames.ts';
import { type InspectOptions, inspectLog } from './log-inspector.ts';

const PATH = '/tmp/5.logbuffer';
const RULE = '='.repeat(70);
const STREAM = { registrationId: 5, sessionId: -2, streamId: 1001, isExclusive: false, params: PLAIN_PARAMS };
const OPTIONS: InspectOptions = {
  path: PATH,
  dumpLimit: 8,
  format: 'hex',
  skipDefaultHeader: false,
  scanOverZeroes: false,
  visible: false,
};

function harnessWithLog(...messages: string[]): { harness: ToolHarness; log: LogBuffers; publication: PublicationLog } {
  const harness = new ToolHarness();
  harness.platform.files.createDirectories('/tmp');
  const start = { initialTermId: 7, termId: 7, termOffset: 0 };
  const log = createLog(harness.platform.mapper, PATH, ipcLogParameters({ ...STREAM, start }, 4096));
  const publication = new PublicationLog(log);
  for (const message of messages) {
    locateTail(publication);
    appendMessage(publication, Buffer.from(message, 'latin1'), 0, message.length, undefined);
  }
  return { harness, log, publication };
}

const inspect = async (harness: ToolHarness, changes: Partial<InspectOptions> = {}, json = false) =>
  (await harness.textOf(inspectLog(harness.call({ json }), { ...OPTIONS, ...changes }))).split('\n');

const header = (frameLength: number, termOffset: number) =>
  `${termOffset}: DATA Header{frame-length=${frameLength} version=0 flags=11000000 type=1 term-offset=${termOffset} ` +
  'session-id=-2 stream-id=1001 term-id=7 reserved-value=0}';
const nothing = (offset: number) =>
  `${offset}: DATA Header{frame-length=0 version=0 flags=00000000 type=0 term-offset=0 session-id=0 stream-id=0 ` +
  'term-id=0 reserved-value=0}';

describe('log-inspector', () => {
  it('prints metadata, tails and every frame in the form of the reference', async () => {
    const { harness } = harnessWithLog('ABC', 'a longer message');
    expect(await inspect(harness)).toEqual([
      RULE,
      `${formatLongDate(harness.platform.clock.epochMs())} Inspection dump for ${PATH}`,
      RULE,
      '   Is connected: false',
      'Initial term id: 7',
      '     Term count: 0',
      '   Active index: 0',
      `    Term length: ${TERM_LENGTH}`,
      '     MTU length: 1408',
      '      Page size: 4096',
      '   EOS position: 9223372036854775807',
      '',
      `default ${header(0, 0).slice(3)}`,
      '',
      `Index 0 Term Meta Data termOffset=128 termId=7 rawTail=${packTail(7, 128)} position=128`,
      `Index 1 Term Meta Data termOffset=0 termId=5 rawTail=${packTail(5, 0)} position=${-2 * TERM_LENGTH}`,
      `Index 2 Term Meta Data termOffset=0 termId=6 rawTail=${packTail(6, 0)} position=${-TERM_LENGTH}`,
      '',
      RULE,
      'Index 0 Term Data',
      '',
      header(35, 0),
      '414243',
      header(48, 64),
      '61206C6F6E676572',
      nothing(128),
      '0000000000000000',
      '',
      RULE,
      'Index 1 Term Data',
      '',
      nothing(0),
      '0000000000000000',
      '',
      RULE,
      'Index 2 Term Data',
      '',
      nothing(0),
      '0000000000000000',
      '',
    ]);
  });

  it('shows characters, and leaves the default header out, when told to', async () => {
    const { harness } = harnessWithLog('ABC\u001b[2J\u00ff');
    const lines = await inspect(harness, { format: 'ascii', skipDefaultHeader: true });
    expect(lines.some((line) => line.startsWith('default'))).toBe(false);
    expect(lines).toContain('ABC\u001b[2J\u0000');
    expect(await inspect(harness, { format: 'ascii', visible: true })).toContain('ABC.[2J.');
  });

  it('goes on behind places where nothing was written, when told to', async () => {
    const { harness, log, publication } = harnessWithLog('A');
    locateTail(publication);
    claimFrame(publication, 40);
    locateTail(publication);
    appendMessage(publication, Buffer.from('B'), 0, 1, undefined);
    const term = log.terms[0] as AtomicBuffer;
    term.setMemory(64, 32, 0); // lost on its way
    expect((await inspect(harness)).includes(header(33, 160))).toBe(false);
    const lines = await inspect(harness, { scanOverZeroes: true });
    const first = lines.indexOf(header(33, 0));
    expect(lines.slice(first, first + 7)).toEqual([
      header(33, 0),
      '41',
      nothing(64),
      nothing(96),
      nothing(128),
      header(33, 160),
      '42',
    ]);
    expect(lines.includes(nothing(TERM_LENGTH - 32))).toBe(true);
  });

  it('stops at a frame that is just being written', async () => {
    const { harness, publication } = harnessWithLog('A');
    locateTail(publication);
    claimFrame(publication, 40);
    const lines = await inspect(harness, { scanOverZeroes: true });
    const place = lines.indexOf(header(-72, 64));
    expect(lines.slice(place, place + 4)).toEqual([header(-72, 64), '0000000000000000', '', RULE]);
  });

  it('ends when the user has seen enough', async () => {
    const { harness } = harnessWithLog('A');
    harness.aborting.abort();
    expect(await inspect(harness)).not.toContain(header(33, 0));
  });

  it('prints the log for programs: its facts, then a document for each frame', async () => {
    const { harness, publication } = harnessWithLog('ABC');
    locateTail(publication);
    claimFrame(publication, 40);
    const [facts, ...frames] = (await inspect(harness, {}, true))
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
    expect(facts).toMatchObject({
      path: PATH,
      isConnected: false,
      initialTermId: 7,
      endOfStreamPosition: '9223372036854775807',
      tails: [{ termOffset: 160, termId: 7, rawTail: 30_064_771_232, position: 160 }, {}, {}],
      defaultHeader: { streamId: 1001 },
    });
    expect(frames).toEqual([
      expect.objectContaining({
        partition: 0,
        offset: 0,
        frameLength: 35,
        flags: '11000000',
        isComplete: true,
        body: '414243',
      }),
      expect.objectContaining({ partition: 0, offset: 64, frameLength: -72, isComplete: false }),
    ]);
  });

  it('refuses what is no log', async () => {
    const { harness } = harnessWithLog();
    harness.platform.files.write('/tmp/other', new Uint8Array(300_000));
    await expect(inspect(harness, { path: '/tmp/other' })).rejects.toMatchObject({ code: 'LOG_BUFFER_CORRUPT' });
    await expect(inspect(harness, { path: '/tmp/none' })).rejects.toMatchObject({ code: 'FILE_ACCESS' });
  });
});

describe('the frames of a damaged term', () => {
  it('never reach beyond it', () => {
    const term = AtomicBuffer.allocate(256);
    for (const frameLength of [33, 224, 257, 0x7fffffff]) {
      term.putInt32(0, frameLength);
      for (const { bodyOffset, bodyLength } of framesOf(term, true)) {
        expect(bodyOffset + bodyLength).toBeLessThanOrEqual(256);
      }
    }
  });

  it('end where a length is less than that of a header', () => {
    const term = AtomicBuffer.allocate(256);
    for (const frameLength of [1, 31, -1, -0x80000000]) {
      term.putInt32(0, frameLength);
      expect([...framesOf(term, true)]).toMatchObject([{ kind: 'rest', bodyOffset: 32, bodyLength: 224 }]);
    }
  });
});

describe('a body', () => {
  it('comes in pieces that add up, however long it is', () => {
    const buffer = AtomicBuffer.allocate(200_000);
    buffer.setMemory(0, 200_000, 0x41);
    const pieces = [...bodyText(buffer, 1, 150_000, 'ascii')];
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe('A'.repeat(150_000));
    expect([...bodyText(buffer, 0, 150_000, 'hex')].join('')).toHaveLength(300_000);
    expect([...bodyText(buffer, 0, 0, 'hex')]).toEqual([]);
  });
});
