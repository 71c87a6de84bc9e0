// SPDX-License-Identifier: Apache-2.0
/** Settings rows: losses made on purpose, for debugging. */
import { decimal, integer, settingsTable, text } from '@aeron/core/internal';

const rate = (property: string, what: string) =>
  decimal({ property, default: 0, min: 0, max: 1, doc: `Share of ${what} that is lost on purpose, from 0 to 1.` });

const seed = (property: string) =>
  integer({ property, default: -1, doc: 'Seed of these losses; -1 takes a random one.' });

export const lossSettings = settingsTable(
  {
    debugSendDataLossRate: rate('aeron.debug.send.data.loss.rate', 'sent data'),
    debugSendDataLossSeed: seed('aeron.debug.send.data.loss.seed'),
    debugSendControlLossRate: rate('aeron.debug.send.control.loss.rate', 'control frames to senders'),
    debugSendControlLossSeed: seed('aeron.debug.send.control.loss.seed'),
    debugReceiveDataLossRate: rate('aeron.debug.receive.data.loss.rate', 'received data'),
    debugReceiveDataLossSeed: seed('aeron.debug.receive.data.loss.seed'),
    debugReceiveControlLossRate: rate('aeron.debug.receive.control.loss.rate', 'control frames from receivers'),
    debugReceiveControlLossSeed: seed('aeron.debug.receive.control.loss.seed'),
    lossArgs: text({
      property: 'aeron.udp.channel.transport.bindings.loss.args',
      doc: 'Arguments of the interceptor `loss`: `rate=<0..1>|seed=<n>|recv-msg-mask=<bit per frame type>`.',
    }),
    fixedLossArgs: text({
      property: 'aeron.udp.channel.transport.bindings.fixed.loss.args',
      doc: 'Arguments of the interceptor `fixed-loss`: `term-id=<n>|term-offset=<n>|length=<n>`.',
    }),
    multiGapLossArgs: text({
      property: 'aeron.udp.channel.transport.bindings.multi.gap.loss.args',
      doc: 'Arguments of the interceptor `multi-gap-loss`: `term-id=<n>|gap-radix=<n>|gap-length=<n>|total-gaps=<n>`.',
    }),
  },
  'Losses made on purpose',
);
