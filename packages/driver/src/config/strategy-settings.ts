// SPDX-License-Identifier: Apache-2.0
/** Settings rows: flow control and congestion control. The reference's class and symbol names are other spellings of a choice. */
import { boolean, choice, duration, int64, integer, settingsTable, text } from '@aeron/core/internal';
import { groupTagBytes, INT32_MAX } from './checks.ts';

const JAVA = 'io.aeron.driver';
const MULTIPLE_DOC = 'How many receiver windows one NAK may have sent again at most';

export const strategySettings = settingsTable(
  {
    unicastFlowControlSupplier: choice(['default', 'unicast'], {
      property: 'aeron.unicast.FlowControl.supplier',
      default: 'default',
      aliases: {
        unicast_max: 'unicast',
        [`${JAVA}.DefaultUnicastFlowControlSupplier`]: 'default',
        aeron_unicast_flow_control_strategy_supplier: 'unicast',
      },
      doc: 'Flow control of streams with one receiver. There is one strategy; others come with code.',
    }),
    multicastFlowControlSupplier: choice(['default', 'max', 'min', 'tagged'], {
      property: 'aeron.multicast.FlowControl.supplier',
      default: 'default',
      aliases: {
        multicast_max: 'max',
        multicast_min: 'min',
        multicast_tagged: 'tagged',
        [`${JAVA}.DefaultMulticastFlowControlSupplier`]: 'default',
        [`${JAVA}.MaxMulticastFlowControlSupplier`]: 'max',
        [`${JAVA}.MinMulticastFlowControlSupplier`]: 'min',
        [`${JAVA}.TaggedMulticastFlowControlSupplier`]: 'tagged',
        [`${JAVA}.PreferredMulticastFlowControlSupplier`]: 'tagged',
        aeron_max_multicast_flow_control_strategy_supplier: 'max',
        aeron_min_flow_control_strategy_supplier: 'min',
        aeron_tagged_flow_control_strategy_supplier: 'tagged',
      },
      doc: 'Flow control of streams to a group whose channel has no `fc`. `default` takes `multicastFlowControlStrategy`.',
    }),
    unicastFlowControlStrategy: choice(['unicast'], {
      property: 'aeron.unicast.flow.control.strategy',
      default: 'unicast',
      aliases: { [`${JAVA}.UnicastFlowControl`]: 'unicast' },
      doc: 'What the default supplier of unicast flow control takes.',
    }),
    multicastFlowControlStrategy: choice(['max', 'min', 'tagged'], {
      property: 'aeron.multicast.flow.control.strategy',
      uriParameter: 'fc',
      default: 'max',
      aliases: {
        [`${JAVA}.MaxMulticastFlowControl`]: 'max',
        [`${JAVA}.MinMulticastFlowControl`]: 'min',
        [`${JAVA}.TaggedMulticastFlowControl`]: 'tagged',
        [`${JAVA}.PreferredMulticastFlowControl`]: 'tagged',
      },
      doc: 'Whom a sender to a group follows: the fastest receiver, the slowest one, or the slowest of those with the group tag.',
    }),
    flowControlGroupTag: int64({
      property: 'aeron.flow.control.group.tag',
      doc: 'The tag that `tagged` flow control looks for. Unset: `preferredMulticastFlowControlAsf`, which is -1 by default.',
    }),
    preferredMulticastFlowControlAsf: text({
      property: 'aeron.PreferredMulticastFlowControl.asf',
      default: 'FFFFFFFFFFFFFFFF',
      check: groupTagBytes,
      doc: 'The group tag of flow control as 16 hexadecimal digits, least significant byte first; an older name.',
    }),
    flowControlGroupMinSize: integer({
      property: 'aeron.flow.control.group.min.size',
      default: 0,
      min: 0,
      max: INT32_MAX,
      doc: 'How many receivers `min` and `tagged` need before the publication is connected.',
    }),
    flowControlReceiverTimeoutNs: duration({
      property: 'aeron.flow.control.receiver.timeout',
      default: '5s',
      min: '1ns',
      doc: 'A receiver without a status message for so long no longer holds the stream back.',
    }),
    unicastFlowControlRetransmitReceiverWindowMultiple: integer({
      property: 'aeron.unicast.flow.control.rrwm',
      default: 16,
      min: 1,
      max: INT32_MAX,
      doc: `${MULTIPLE_DOC}, with one receiver.`,
    }),
    multicastFlowControlRetransmitReceiverWindowMultiple: integer({
      property: 'aeron.multicast.flow.control.rrwm',
      default: 4,
      min: 1,
      max: INT32_MAX,
      doc: `${MULTIPLE_DOC}, to a group.`,
    }),
    congestionControlSupplier: choice(['default', 'static', 'cubic'], {
      property: 'aeron.CongestionControl.supplier',
      uriParameter: 'cc',
      default: 'default',
      aliases: {
        [`${JAVA}.DefaultCongestionControlSupplier`]: 'default',
        [`${JAVA}.ext.CubicCongestionControlSupplier`]: 'cubic',
        aeron_congestion_control_default_strategy_supplier: 'default',
        aeron_static_window_congestion_control_strategy_supplier: 'static',
        aeron_cubic_congestion_control_strategy_supplier: 'cubic',
      },
      doc: 'How receivers choose their window. `default` does what the channel says, and has a static window where it says nothing.',
    }),
    cubicMeasureRtt: boolean({
      property: 'aeron.CubicCongestionControl.measureRtt',
      default: false,
      doc: 'Whether cubic congestion control measures the round trip time.',
    }),
    cubicInitialRttNs: duration({
      property: 'aeron.CubicCongestionControl.initialRtt',
      default: '100us',
      min: '1ns',
      doc: 'The round trip time that it assumes until it knows better.',
    }),
    cubicTcpMode: boolean({
      property: 'aeron.CubicCongestionControl.tcpMode',
      default: false,
      doc: 'Whether it grows at least as fast as TCP would.',
    }),
  },
  'Flow control and congestion control',
);
