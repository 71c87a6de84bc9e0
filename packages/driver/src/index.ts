// SPDX-License-Identifier: Apache-2.0
/** The public door: what an application meets. Sister packages use `./internal`. */

export type { DriverConfig, DriverOptions } from './config/driver-config.ts';
export type {
  CongestionControl,
  CongestionControlRequest,
  CongestionControlSupplier,
  RebuildProgress,
} from './congestion/congestion-control.ts';
export { CubicCongestionControl, type CubicOptions } from './congestion/cubic-congestion-control.ts';
export {
  DRIVER_CHANNELS,
  type DriverChannelName,
  type DriverDiagnosticMessages,
  type DriverMessage,
} from './diagnostics/driver-diagnostics.ts';
export type { NoticeStream } from './driver-hooks.ts';
export type { TerminationValidator } from './driver-resources.ts';
export type { DriverSuppliers } from './driver-suppliers.ts';
export type { FlowControlConfig, FlowControlRequest, FlowControlSupplier } from './flow-control/create-flow-control.ts';
export type { FlowControl, FlowControlListener, ReceiverReport } from './flow-control/flow-control.ts';
export {
  type EndpointLoss,
  FixedLossGenerator,
  type LossGenerator,
  MultiGapLossGenerator,
  RandomLossGenerator,
} from './loss/loss-generator.ts';
export type { ControlMode, UdpChannel } from './media/udp-channel.ts';
export { MediaDriver } from './media-driver.ts';
export type { DriverWiring, MediaDriverOptions } from './media-driver-options.ts';
export type { NameResolverSupplier } from './naming/create-name-resolver.ts';
export type {
  NameParameter,
  NameResolution,
  NameResolver,
  NameResolverAgent,
  ResolvedAddress,
} from './naming/name-resolver.ts';
