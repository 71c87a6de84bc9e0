// SPDX-License-Identifier: Apache-2.0
import { environmentName } from '@aeron/core/internal';
import { driverSettings } from './driver-config.ts';

/** System properties of the reference's Java driver, without `aeron.`. */
const PROPERTIES = `
  CongestionControl.supplier CubicCongestionControl.initialRtt CubicCongestionControl.measureRtt
  CubicCongestionControl.tcpMode PreferredMulticastFlowControl.asf ReceiveChannelEndpoint.supplier
  SendChannelEndpoint.supplier client.liveness.timeout clients.buffer.length conductor.buffer.length
  conductor.idle.strategy counters.buffer.length counters.free.to.reuse.timeout debug.receive.control.loss.rate
  debug.receive.control.loss.seed debug.receive.data.loss.rate debug.receive.data.loss.seed
  debug.send.control.loss.rate debug.send.control.loss.seed debug.send.data.loss.rate debug.send.data.loss.seed dir
  dir.delete.on.shutdown dir.delete.on.start dir.warn.if.exists driver.conductor.cycle.threshold
  driver.native.resource.agent.idle.strategy driver.receiver.cycle.threshold driver.reresolution.check.interval
  driver.resolver.bootstrap.neighbor driver.resolver.bootstrap.neighbor.resolution.interval driver.resolver.interface
  driver.resolver.name driver.resolver.neighbor.resolution.interval driver.resolver.neighbor.timeout
  driver.resolver.self.resolution.interval driver.resource.free.limit driver.sender.cycle.threshold
  driver.stream.session.limit driver.termination.validator driver.timeout error.buffer.length fallback.logger
  file.page.size flow.control.group.min.size flow.control.group.tag flow.control.receiver.timeout
  flow.control.sm.applicationSpecificFeedback image.liveness.timeout ipc.mtu.length
  ipc.publication.term.window.length ipc.term.buffer.length loss.report.buffer.length
  low.file.store.warning.threshold max.resend mtu.length multicast.FlowControl.supplier multicast.flow.control.rrwm
  multicast.flow.control.strategy nak.multicast.group.size nak.multicast.max.backoff nak.unicast.delay
  nak.unicast.retry.delay.ratio name.resolver.threshold perform.storage.checks print.configuration
  publication.connection.timeout publication.linger.timeout publication.reserved.session.id.high
  publication.reserved.session.id.low publication.term.window.length publication.unblock.timeout
  rcv.initial.window.length rcv.status.message.timeout receiver.group.consideration receiver.group.tag
  receiver.idle.strategy receiver.wildcard.port.range rejoin.stream reliable.stream retransmit.unicast.delay
  retransmit.unicast.linger send.to.status.poll.ratio sender.idle.strategy sender.wildcard.port.range
  shared.idle.strategy sharednetwork.idle.strategy socket.multicast.ttl socket.so_rcvbuf socket.so_sndbuf
  spies.simulate.connection term.buffer.length term.buffer.sparse.file tether.subscriptions thread.naming
  threading.mode timer.interval unicast.FlowControl.supplier unicast.flow.control.rrwm unicast.flow.control.strategy
  untethered.linger.timeout untethered.resting.timeout untethered.window.limit.timeout
`;

/** Environment variables of its C driver, without `AERON_`. */
const VARIABLES = `
  CLIENTS_BUFFER_LENGTH CLIENT_LIVENESS_TIMEOUT CONDUCTOR_BUFFER_LENGTH CONDUCTOR_IDLE_STRATEGY
  CONDUCTOR_IDLE_STRATEGY_INIT_ARGS CONGESTIONCONTROL_SUPPLIER COUNTERS_BUFFER_LENGTH COUNTERS_FREE_TO_REUSE_TIMEOUT
  CUBICCONGESTIONCONTROL_INITIALRTT CUBICCONGESTIONCONTROL_MEASURERTT CUBICCONGESTIONCONTROL_TCPMODE
  DEBUG_RECEIVE_CONTROL_LOSS_RATE DEBUG_RECEIVE_CONTROL_LOSS_SEED DEBUG_RECEIVE_DATA_LOSS_RATE
  DEBUG_RECEIVE_DATA_LOSS_SEED DEBUG_SEND_CONTROL_LOSS_RATE DEBUG_SEND_CONTROL_LOSS_SEED DEBUG_SEND_DATA_LOSS_RATE
  DEBUG_SEND_DATA_LOSS_SEED DIR DIR_DELETE_ON_SHUTDOWN DIR_DELETE_ON_START DIR_WARN_IF_EXISTS
  DRIVER_CONDUCTOR_CYCLE_THRESHOLD DRIVER_CONNECT DRIVER_NAME_RESOLVER_THRESHOLD
  DRIVER_NATIVE_RESOURCE_AGENT_IDLE_STRATEGY DRIVER_NATIVE_RESOURCE_AGENT_IDLE_STRATEGY_INIT_ARGS
  DRIVER_RECEIVER_CYCLE_THRESHOLD DRIVER_RERESOLUTION_CHECK_INTERVAL DRIVER_RESOLVER_BOOTSTRAP_NEIGHBOR
  DRIVER_RESOLVER_BOOTSTRAP_NEIGHBOR_RESOLUTION_INTERVAL DRIVER_RESOLVER_INTERFACE DRIVER_RESOLVER_NAME
  DRIVER_RESOLVER_NEIGHBOR_RESOLUTION_INTERVAL DRIVER_RESOLVER_NEIGHBOR_TIMEOUT
  DRIVER_RESOLVER_SELF_RESOLUTION_INTERVAL DRIVER_RESOURCE_FREE_LIMIT DRIVER_SENDER_CYCLE_THRESHOLD
  DRIVER_STREAM_SESSION_LIMIT DRIVER_TERMINATION_VALIDATOR DRIVER_TIMEOUT ERROR_BUFFER_LENGTH FILE_PAGE_SIZE
  FLOW_CONTROL_GROUP_MIN_SIZE FLOW_CONTROL_GROUP_TAG FLOW_CONTROL_RECEIVER_TIMEOUT IMAGE_LIVENESS_TIMEOUT
  IPC_MTU_LENGTH IPC_PUBLICATION_TERM_WINDOW_LENGTH IPC_TERM_BUFFER_LENGTH LOSS_REPORT_BUFFER_LENGTH
  LOW_FILE_STORE_WARNING_THRESHOLD MAX_RESEND MTU_LENGTH MULTICAST_FLOWCONTROL_SUPPLIER NAK_MULTICAST_GROUP_SIZE
  NAK_MULTICAST_MAX_BACKOFF NAK_UNICAST_DELAY NAK_UNICAST_RETRY_DELAY_RATIO NAME_RESOLVER_INIT_ARGS
  NAME_RESOLVER_SUPPLIER NETWORK_PUBLICATION_MAX_MESSAGES_PER_SEND PERFORM_STORAGE_CHECKS PRINT_CONFIGURATION
  PUBLICATION_CONNECTION_TIMEOUT PUBLICATION_LINGER_TIMEOUT PUBLICATION_RESERVED_SESSION_ID_HIGH
  PUBLICATION_RESERVED_SESSION_ID_LOW PUBLICATION_TERM_WINDOW_LENGTH PUBLICATION_UNBLOCK_TIMEOUT
  RCV_INITIAL_WINDOW_LENGTH RCV_STATUS_MESSAGE_TIMEOUT RECEIVER_GROUP_CONSIDERATION RECEIVER_GROUP_TAG
  RECEIVER_IDLE_STRATEGY RECEIVER_IDLE_STRATEGY_INIT_ARGS RECEIVER_IO_VECTOR_CAPACITY RECEIVER_WILDCARD_PORT_RANGE
  REJOIN_STREAM RELIABLE_STREAM RETRANSMIT_UNICAST_DELAY RETRANSMIT_UNICAST_LINGER SENDER_IDLE_STRATEGY
  SENDER_IDLE_STRATEGY_INIT_ARGS SENDER_WILDCARD_PORT_RANGE SEND_TO_STATUS_POLL_RATIO SHAREDNETWORK_IDLE_STRATEGY
  SHAREDNETWORK_IDLE_STRATEGY_INIT_ARGS SHARED_IDLE_STRATEGY SOCKET_MULTICAST_TTL SOCKET_SO_RCVBUF SOCKET_SO_SNDBUF
  SPIES_SIMULATE_CONNECTION TERM_BUFFER_LENGTH TERM_BUFFER_SPARSE_FILE TETHER_SUBSCRIPTIONS THREADING_MODE
  THREAD_NAMING TIMER_INTERVAL UDP_CHANNEL_INCOMING_INTERCEPTORS UDP_CHANNEL_OUTGOING_INTERCEPTORS
  UDP_CHANNEL_TRANSPORT_BINDINGS_FIXED_LOSS_ARGS UDP_CHANNEL_TRANSPORT_BINDINGS_LOSS_ARGS
  UDP_CHANNEL_TRANSPORT_BINDINGS_MULTI_GAP_LOSS_ARGS UNICAST_FLOWCONTROL_SUPPLIER UNTETHERED_LINGER_TIMEOUT
  UNTETHERED_RESTING_TIMEOUT UNTETHERED_WINDOW_LIMIT_TIMEOUT
`;

const words = (text: string): string[] => text.trim().split(/\s+/);

describe('the settings of the reference', () => {
  const rows = Object.values(driverSettings.rows);

  it.each(words(PROPERTIES))('has aeron.%s', (name) => {
    expect(rows.map(({ property }) => property)).toContain(`aeron.${name}`);
  });

  it.each(words(VARIABLES))('has AERON_%s', (name) => {
    expect(rows.map((row) => environmentName(row))).toContain(`AERON_${name}`);
  });
});
