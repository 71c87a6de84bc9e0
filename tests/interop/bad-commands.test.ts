// SPDX-License-Identifier: Apache-2.0
/**
 * Commands that no client's API lets through, put into the ring byte by byte: both drivers refuse them with the same code, and
 * say the same of them. Channels that are refused are in errors.test.ts. Where ours differs from the reference: docs/interop.md.
 */
import { CommandId, EventId } from '@aeron/codecs/internal';
import type { DriverKind } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { type Field, RawClient } from './support/raw-client.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { Setting } from './support/setting.ts';

const SECONDS = 1000;
const STREAM = 4002;
const NOBODY = 424_242_424_242n;
const COUNTER_TYPE = 1003;
const NO_FLAGS = 0n;
const REVOKE = 1n;
const NO_BYTES = new Uint8Array();

/** Registration ids of what there is. */
interface Present {
  readonly ipc: bigint;
  readonly unicast: bigint;
  readonly mdc: bigint;
  readonly plain: bigint;
  readonly mds: bigint;
  readonly counter: bigint;
  readonly staticCounter: bigint;
  readonly udp: string;
}

interface Refused {
  readonly what: string;
  readonly command: keyof typeof CommandId | number;
  readonly fields: (present: Present) => readonly Field[];
  /** Cut to so many bytes, client and correlation id included. */
  readonly length?: number;
  /** The code of both, or of the reference and of ours; undefined: not refused. */
  readonly code: number | undefined | readonly [reference: number | undefined, ours: number | undefined];
  /** Of the text that tells why. */
  readonly words: RegExp;
  /** Whether the reference's driver has not read the correlation id by then, and answers to 0. Ours always answers to it. */
  readonly isAnonymous?: boolean;
}

const UNKNOWN_PUBLICATION = /unknown publication: \d+/;
const UNKNOWN_SUBSCRIPTION = /unknown( MDS)? subscription: \d+/;
const TOO_SHORT = /command=\d+ too short/;

const UNKNOWN_IDS: readonly Refused[] = [
  {
    what: 'removal of a publication that nobody has',
    command: 'REMOVE_PUBLICATION',
    fields: () => [NOBODY, NO_FLAGS],
    code: 3,
    words: /unknown publication: 424242424242/,
  },
  {
    what: 'the same from a client that knows of no flags',
    command: 'REMOVE_PUBLICATION',
    fields: () => [NOBODY],
    code: 3,
    words: UNKNOWN_PUBLICATION,
  },
  {
    what: 'revocation of a publication that nobody has',
    command: 'REMOVE_PUBLICATION',
    fields: () => [NOBODY, REVOKE],
    code: 3,
    words: UNKNOWN_PUBLICATION,
  },
  {
    what: 'removal of a subscription as if it were a publication',
    command: 'REMOVE_PUBLICATION',
    fields: ({ plain }) => [plain, NO_FLAGS],
    code: 3,
    words: UNKNOWN_PUBLICATION,
  },
  {
    what: 'removal of a subscription that nobody has',
    command: 'REMOVE_SUBSCRIPTION',
    fields: () => [NOBODY],
    code: 2,
    words: /unknown subscription: 424242424242/,
  },
  {
    what: 'removal of a publication as if it were a subscription',
    command: 'REMOVE_SUBSCRIPTION',
    fields: ({ ipc }) => [ipc],
    code: 2,
    words: UNKNOWN_SUBSCRIPTION,
  },
  {
    what: 'removal of a counter that nobody has',
    command: 'REMOVE_COUNTER',
    fields: () => [NOBODY],
    code: 5,
    words: /unknown counter: 424242424242/,
  },
  {
    what: 'removal of a static counter',
    command: 'REMOVE_COUNTER',
    fields: ({ staticCounter }) => [staticCounter],
    code: 5,
    words: /unknown counter: \d+/,
  },
];

const DESTINATIONS: readonly Refused[] = [
  {
    what: 'destination of a publication that nobody has',
    command: 'ADD_DESTINATION',
    fields: ({ udp }) => [NOBODY, udp],
    code: 3,
    words: UNKNOWN_PUBLICATION,
  },
  {
    what: 'destination of an IPC publication',
    command: 'ADD_DESTINATION',
    fields: ({ ipc, udp }) => [ipc, udp],
    code: 3,
    words: UNKNOWN_PUBLICATION,
  },
  {
    what: 'destination of a publication with one endpoint',
    command: 'ADD_DESTINATION',
    fields: ({ unicast, udp }) => [unicast, udp],
    code: 1,
    words: /channel does not allow manual control/,
  },
  {
    what: 'destination that is a spy',
    command: 'ADD_DESTINATION',
    fields: ({ mdc, udp }) => [mdc, `aeron-spy:${udp}`],
    code: 1,
    words: /spies are invalid as send destinations/i,
  },
  {
    what: 'destination that is no channel',
    command: 'ADD_DESTINATION',
    fields: ({ mdc }) => [mdc, 'nonsense'],
    code: 1,
    words: /nonsense/,
  },
  {
    what: 'removal of a destination from a publication that nobody has',
    command: 'REMOVE_DESTINATION',
    fields: ({ udp }) => [NOBODY, udp],
    code: 3,
    words: UNKNOWN_PUBLICATION,
  },
  {
    what: 'removal of a destination from a publication with one endpoint',
    command: 'REMOVE_DESTINATION',
    fields: ({ unicast, udp }) => [unicast, udp],
    code: 1,
    words: /channel does not allow manual control/,
  },
  {
    what: 'removal of a destination that was never added',
    command: 'REMOVE_DESTINATION',
    fields: ({ mdc, udp }) => [mdc, udp],
    code: undefined,
    words: /^$/,
  },
  {
    what: 'removal by id from a publication that nobody has',
    command: 'REMOVE_DESTINATION_BY_ID',
    fields: () => [NOBODY, NOBODY],
    code: 3,
    words: UNKNOWN_PUBLICATION,
  },
  {
    what: 'removal by id from a publication with one endpoint',
    command: 'REMOVE_DESTINATION_BY_ID',
    fields: ({ unicast }) => [unicast, NOBODY],
    code: 1,
    words: /channel does not allow manual control/,
  },
  {
    what: 'removal of an id that no destination has',
    command: 'REMOVE_DESTINATION_BY_ID',
    fields: ({ mdc }) => [mdc, NOBODY],
    code: undefined,
    words: /^$/,
  },
  ...['aeron:udp?endpoint=127.0.0.1:40123', 'aeron:ipc', 'aeron-spy:aeron:udp?endpoint=127.0.0.1:40123'].flatMap(
    (channel): Refused[] => [
      {
        what: `${channel} for a subscription that nobody has`,
        command: 'ADD_RCV_DESTINATION',
        fields: () => [NOBODY, channel],
        code: 2,
        words: UNKNOWN_SUBSCRIPTION,
      },
      {
        what: `${channel} for a subscription with one endpoint`,
        command: 'ADD_RCV_DESTINATION',
        fields: ({ plain }) => [plain, channel],
        code: 2,
        words: UNKNOWN_SUBSCRIPTION,
      },
      {
        what: `${channel} off a subscription that nobody has`,
        command: 'REMOVE_RCV_DESTINATION',
        fields: () => [NOBODY, channel],
        code: 2,
        words: UNKNOWN_SUBSCRIPTION,
      },
    ],
  ),
  {
    what: 'an IPC destination that the subscription does not have',
    command: 'REMOVE_RCV_DESTINATION',
    fields: ({ mds }) => [mds, 'aeron:ipc'],
    code: 2,
    words: UNKNOWN_SUBSCRIPTION,
  },
  {
    what: 'a destination off a subscription with one endpoint',
    command: 'REMOVE_RCV_DESTINATION',
    fields: ({ plain, udp }) => [plain, udp],
    code: 1,
    words: /channel does not allow manual control/,
  },
];

const COUNTERS_AND_IMAGES: readonly Refused[] = [
  {
    what: 'static counter of type and registration id of one that is not',
    command: 'ADD_STATIC_COUNTER',
    fields: ({ counter }) => [counter, COUNTER_TYPE, NO_BYTES, 'static'],
    code: 11,
    words: /non-static counter exists \(counterId=\d+\) for typeId=1003 and registrationId=\d+/,
  },
  {
    what: 'counter with a key of 113 bytes',
    command: 'ADD_COUNTER',
    fields: () => [COUNTER_TYPE, new Uint8Array(113), 'long key'],
    code: [undefined, 11],
    words: /^$|key too long: length=113 max=112/,
  },
  {
    what: 'counter with a label of 381 bytes',
    command: 'ADD_COUNTER',
    fields: () => [COUNTER_TYPE, NO_BYTES, 'l'.repeat(381)],
    code: undefined,
    words: /^$/,
  },
  {
    what: 'rejection of an image that nobody has',
    command: 'REJECT_IMAGE',
    fields: () => [NOBODY, 0n, 'why'],
    code: 11,
    words: /Unable to resolve image for correlationId=424242424242/,
  },
  {
    what: 'rejection with a reason of 1024 bytes',
    command: 'REJECT_IMAGE',
    fields: () => [NOBODY, 0n, 'w'.repeat(1024)],
    code: 11,
    words: /reason must be 1023 bytes or less/,
  },
];

const MALFORMED: readonly Refused[] = [
  ...[0x13, 0x7f, 0x0f01].map(
    (command): Refused => ({
      what: `type id ${command}`,
      command,
      fields: () => [],
      code: 6,
      words: new RegExp(`command typeId=${command}`),
      isAnonymous: true,
    }),
  ),
  ...(
    [
      ['ADD_PUBLICATION', 20],
      ['ADD_EXCLUSIVE_PUBLICATION', 20],
      ['ADD_SUBSCRIPTION', 28],
      ['REMOVE_SUBSCRIPTION', 20],
      ['ADD_DESTINATION', 24],
      ['REMOVE_DESTINATION', 24],
      ['REMOVE_DESTINATION_BY_ID', 28],
      ['ADD_RCV_DESTINATION', 24],
      ['REMOVE_RCV_DESTINATION', 24],
      ['ADD_COUNTER', 20],
      ['REMOVE_COUNTER', 20],
      ['ADD_STATIC_COUNTER', 24],
      ['REJECT_IMAGE', 32],
      ['TERMINATE_DRIVER', 16],
      ['GET_NEXT_AVAILABLE_SESSION_ID', 16],
    ] as const
  ).map(
    ([command, length]): Refused => ({
      what: `${command} of ${length} bytes`,
      command,
      fields: () => [0n, 0n, 0n, 0n],
      length,
      code: 7,
      words: TOO_SHORT,
      isAnonymous: true,
    }),
  ),
  {
    what: 'REMOVE_PUBLICATION of 20 bytes',
    command: 'REMOVE_PUBLICATION',
    fields: () => [0n, 0n],
    length: 20,
    code: [3, 7],
    words: /unknown publication|too short/,
  },
  ...(
    [
      ['ADD_PUBLICATION', [STREAM, 'aeron:ipc']],
      ['ADD_SUBSCRIPTION', [-1n, STREAM, 'aeron:ipc']],
      ['ADD_DESTINATION', [NOBODY, 'aeron:ipc']],
      ['REMOVE_RCV_DESTINATION', [NOBODY, 'aeron:ipc']],
      ['ADD_COUNTER', [COUNTER_TYPE, NO_BYTES, 'label']],
      ['ADD_STATIC_COUNTER', [NOBODY, COUNTER_TYPE, NO_BYTES, 'label']],
      ['REJECT_IMAGE', [NOBODY, 0n, 'reason']],
    ] as const
  ).map(
    ([command, fields]): Refused => ({
      what: `${command} whose text is a byte longer than the command`,
      command,
      fields: () => fields,
      length: 16 + lengthOf(fields) - 1,
      code: 7,
      words: TOO_SHORT,
      isAnonymous: true,
    }),
  ),
  {
    what: 'ADD_COUNTER whose key is longer than the command',
    command: 'ADD_COUNTER',
    fields: () => [COUNTER_TYPE, 1 << 20, 0, 0],
    code: 7,
    words: TOO_SHORT,
    isAnonymous: true,
  },
];

function lengthOf(fields: readonly Field[]): number {
  return fields
    .map((field) => (typeof field === 'bigint' ? 8 : typeof field === 'number' ? 4 : 4 + field.length))
    .reduce((sum, length) => sum + length, 0);
}

describe.each(REFERENCE_VERSIONS.slice(0, 1))('against io.aeron:aeron-all:%s', (version) => {
  describe.each<DriverKind>(['reference', 'aeronmd'])('a driver of kind %s', (kind) => {
    const setting = new Setting(version);
    let client: RawClient;
    let present: Present;

    beforeAll(async () => {
      client = RawClient.open((await setting.driver(kind)).directory);
      const udp = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
      const manual = 'aeron:udp?control-mode=manual';
      present = {
        udp,
        ipc: await client.add(CommandId.ADD_PUBLICATION, [STREAM, 'aeron:ipc?term-length=64k']),
        unicast: await client.add(CommandId.ADD_PUBLICATION, [STREAM, `${udp}|term-length=64k`]),
        mdc: await client.add(CommandId.ADD_EXCLUSIVE_PUBLICATION, [STREAM, `${manual}|term-length=64k`]),
        plain: await client.add(CommandId.ADD_SUBSCRIPTION, [-1n, STREAM + 1, udp]),
        mds: await client.add(CommandId.ADD_SUBSCRIPTION, [-1n, STREAM + 1, manual]),
        counter: await client.add(CommandId.ADD_COUNTER, [COUNTER_TYPE, NO_BYTES, 'one that its client owns']),
        staticCounter: 77n,
      };
      await client.add(CommandId.ADD_STATIC_COUNTER, [present.staticCounter, COUNTER_TYPE, NO_BYTES, 'static']);
    }, 60 * SECONDS);
    afterAll(async () => {
      client?.close();
      await setting.close();
    }, 60 * SECONDS);

    const rows = [UNKNOWN_IDS, DESTINATIONS, COUNTERS_AND_IMAGES, MALFORMED].flat();
    it.each(rows)('answers $command: $what', async ({ command, fields, length, code, words, isAnonymous }) => {
      const typeId = typeof command === 'number' ? command : CommandId[command];
      const expected = Array.isArray(code) ? code[kind === 'reference' ? 0 : 1] : code;
      const answer = await client.ask(typeId, fields(present), length);
      expect(answer).toMatchObject({ code: expected, text: expect.stringMatching(words) });
      expect(answer.correlationId === 0n).toBe(kind === 'reference' && isAnonymous === true);
    });

    it('goes on with the next command', async () => {
      const answer = await client.ask(CommandId.GET_NEXT_AVAILABLE_SESSION_ID, [STREAM]);
      expect(answer.typeId).toBe(EventId.ON_NEXT_AVAILABLE_SESSION_ID);
    });
  });
});
