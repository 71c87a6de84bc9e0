// SPDX-License-Identifier: Apache-2.0
/**
 * What the samples can be told, with the reference's names and defaults. Each row can be given as a property
 * (`-Daeron.sample.messages=1000`), as an environment variable (`AERON_SAMPLE_MESSAGES`) and mostly as an option.
 *
 * @source aeron-samples/SampleConfiguration
 */
import { boolean, duration, integer, type SettingsConfig, settingsTable, size, text } from '@aeron/core/internal';

const MESSAGE_LENGTH_MIN = 8;

export const sampleSettings = settingsTable(
  {
    channel: text({
      property: 'aeron.sample.channel',
      default: 'aeron:udp?endpoint=localhost:20121',
      doc: 'Channel that publishers publish to and subscribers subscribe to.',
    }),
    streamId: integer({ property: 'aeron.sample.streamId', default: 1001, doc: 'Stream of that channel.' }),
    pingChannel: text({
      property: 'aeron.sample.ping.channel',
      default: 'aeron:udp?endpoint=localhost:20123',
      doc: 'Channel from ping to pong.',
    }),
    pingStreamId: integer({ property: 'aeron.sample.ping.streamId', default: 1002, doc: 'Stream of that channel.' }),
    pongChannel: text({
      property: 'aeron.sample.pong.channel',
      default: 'aeron:udp?endpoint=localhost:20124',
      doc: 'Channel from pong to ping.',
    }),
    pongStreamId: integer({ property: 'aeron.sample.pong.streamId', default: 1003, doc: 'Stream of that channel.' }),
    requestChannel: text({ default: 'aeron:udp?endpoint=localhost:20125', doc: 'Channel of the requests.' }),
    requestStreamId: integer({ default: 10000, doc: 'Stream of that channel.' }),
    responseChannel: text({
      default: 'aeron:udp?control=localhost:20126',
      doc: 'Channel where the responder offers responses; the control mode is added to it.',
    }),
    responseStreamId: integer({ default: 10001, doc: 'Stream of that channel.' }),
    messages: size({ property: 'aeron.sample.messages', default: '10000000', doc: 'How many messages to send.' }),
    messageLength: size({
      property: 'aeron.sample.messageLength',
      default: '32',
      min: `${MESSAGE_LENGTH_MIN}`,
      doc: 'Bytes of a message.',
    }),
    randomMessageLength: boolean({
      property: 'aeron.sample.randomMessageLength',
      default: false,
      doc: 'Vary the length of messages between 8 bytes and that.',
    }),
    messageLimit: size({ doc: 'After how many messages to end; unset: when interrupted.' }),
    warmUpCount: size({ doc: 'How many messages to warm up with; unset: what the two rows below say.' }),
    warmUpMessages: size({
      property: 'aeron.sample.warmup.messages',
      default: '10000',
      doc: 'How many messages to send in a warm-up iteration.',
    }),
    warmUpIterations: integer({
      property: 'aeron.sample.warmup.iterations',
      default: 10,
      min: 0,
      doc: 'How often to warm up.',
    }),
    fragmentLimit: integer({
      property: 'aeron.sample.frameCountLimit',
      default: 10,
      min: 1,
      doc: 'Fragments per poll at most.',
    }),
    lingerNs: duration({
      default: '0ns',
      doc: 'How long to stay after the last message; a number without unit is ns.',
    }),
    lingerTimeoutMs: integer({
      property: 'aeron.sample.lingerTimeout',
      default: 0,
      min: 0,
      doc: 'The same in ms.',
    }),
    embeddedMediaDriver: boolean({
      property: 'aeron.sample.embeddedMediaDriver',
      default: false,
      doc: 'Launch a media driver inside of the sample.',
    }),
    exclusivePublications: boolean({
      property: 'aeron.sample.exclusive.publications',
      default: false,
      doc: 'Use exclusive publications.',
    }),
    idleStrategy: text({
      property: 'aeron.sample.idleStrategy',
      default: 'spin',
      doc: 'What to do when there is nothing to do: noop, spin, yield, sleep-ns, sleep-ms or backoff, or the class name of Java.',
    }),
  },
  'Samples',
);

export type SampleSettings = SettingsConfig<typeof sampleSettings>;
