// SPDX-License-Identifier: Apache-2.0
/** Settings rows: subscriptions and images. */
import { boolean, duration, settingsTable } from '@aeron/core/internal';

export const subscriptionSettings = settingsTable(
  {
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
