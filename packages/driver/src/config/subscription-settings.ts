// SPDX-License-Identifier: Apache-2.0
/** Settings rows: subscriptions and images. */
import { boolean, choice, duration, int64, integer, settingsTable, size, text } from '@aeron/core/internal';
import { groupTagBytes, INT32_MAX } from './checks.ts';

export const subscriptionSettings = settingsTable(
  {
    initialWindowLength: size({
      property: 'aeron.rcv.initial.window.length',
      uriParameter: 'rcv-wnd',
      default: '128k',
      max: String(INT32_MAX),
      doc: 'How much a receiver lets a sender have under way; half a term at most. At least the MTU, at most the receive buffer of the socket.',
    }),
    statusMessageTimeoutNs: duration({
      property: 'aeron.rcv.status.message.timeout',
      default: '200ms',
      min: '1ns',
      doc: 'How often a receiver reports to its sender at least.',
    }),
    imageLivenessTimeoutNs: duration({
      property: 'aeron.image.liveness.timeout',
      default: '10s',
      doc: 'How long an image without activity lives, and how long a rejected one is kept from joining again.',
    }),
    reliableStream: boolean({
      property: 'aeron.reliable.stream',
      uriParameter: 'reliable',
      default: true,
      doc: 'Whether lost frames are asked for again; if not, gaps are filled with padding.',
    }),
    tetherSubscriptions: boolean({
      property: 'aeron.tether.subscriptions',
      uriParameter: 'tether',
      default: true,
      doc: 'Whether a subscriber always takes part in flow control, however slow it is.',
    }),
    rejoinStream: boolean({
      property: 'aeron.rejoin.stream',
      uriParameter: 'rejoin',
      default: true,
      doc: 'Whether a subscription may join a stream again after its image went away.',
    }),
    receiverGroupConsideration: choice(['infer', 'true', 'false'], {
      property: 'aeron.receiver.group.consideration',
      uriParameter: 'group',
      default: 'infer',
      aliases: { INFER: 'infer', FORCE_TRUE: 'true', FORCE_FALSE: 'false' },
      doc: 'Whether there are other receivers that ask for the same lost data: `infer` takes multicast and multi-destination senders for groups.',
    }),
    receiverGroupTag: int64({
      property: 'aeron.receiver.group.tag',
      uriParameter: 'gtag',
      doc: 'What status messages say of the group that the receiver belongs to, for tagged flow control. Unset: nothing.',
    }),
    applicationSpecificFeedback: text({
      property: 'aeron.flow.control.sm.applicationSpecificFeedback',
      check: groupTagBytes,
      doc: 'The receiver group tag as 16 hexadecimal digits, least significant byte first; an older name, used where `receiverGroupTag` is unset.',
    }),
    streamSessionLimit: integer({
      property: 'aeron.driver.stream.session.limit',
      default: INT32_MAX,
      min: 1,
      max: INT32_MAX,
      doc: 'How many images of one stream a channel may have.',
    }),
    nakUnicastDelayNs: duration({
      property: 'aeron.nak.unicast.delay',
      uriParameter: 'nak-delay',
      default: '1us',
      min: '1us',
      doc: 'How long a single receiver waits before it asks for lost data.',
    }),
    nakUnicastRetryDelayRatio: integer({
      property: 'aeron.nak.unicast.retry.delay.ratio',
      default: 100,
      min: 1,
      doc: 'After how many of these delays it asks again.',
    }),
    nakUnicastAllGaps: boolean({
      property: 'aeron.driver.nak.unicast.all.gaps',
      default: true,
      doc: 'Whether a single receiver asks for all that it misses side by side; if not, one gap after the other, as in the reference.',
    }),
    nakMulticastGroupSize: integer({
      property: 'aeron.nak.multicast.group.size',
      default: 10,
      min: 1,
      max: INT32_MAX,
      doc: 'How many receivers of a group are expected, for the delay of their NAKs.',
    }),
    nakMulticastMaxBackoffNs: duration({
      property: 'aeron.nak.multicast.max.backoff',
      default: '10ms',
      min: '1ns',
      doc: 'The longest time that a receiver of a group waits before it asks for lost data.',
    }),
    untetheredWindowLimitTimeoutNs: duration({
      property: 'aeron.untethered.window.limit.timeout',
      uriParameter: 'untethered-window-limit-timeout',
      default: '5s',
      doc: 'How long an untethered subscriber may hold back the window before it is set aside.',
    }),
    untetheredLingerTimeoutNs: duration({
      property: 'aeron.untethered.linger.timeout',
      uriParameter: 'untethered-linger-timeout',
      doc: 'How long a subscriber that was set aside still takes part in flow control. Unset: the window limit timeout.',
    }),
    untetheredRestingTimeoutNs: duration({
      property: 'aeron.untethered.resting.timeout',
      uriParameter: 'untethered-resting-timeout',
      default: '10s',
      doc: 'How long a subscriber that was set aside rests before it joins again.',
    }),
  },
  'Subscriptions and images',
);
