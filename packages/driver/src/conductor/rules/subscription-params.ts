// SPDX-License-Identifier: Apache-2.0
/** What the URI of a new subscription asks for, with the driver's settings filled in and every bound checked. Pure. */
import { type StreamPosition, streamPosition } from './stream-position.ts';
import { type UntetheredDefaults, type UntetheredTimeouts, untetheredTimeouts } from './untethered-timeouts.ts';
import { booleanParameter, int32Parameter, sizeParameter, type UriParameters } from './uri-values.ts';
import { receiverWindowLength } from './windows.ts';

/** Whether loss is handled as in a group: said so, or to be inferred from the channel. */
export type GroupConsideration = 'true' | 'false' | 'infer';

/** @source aeron-driver/SubscriptionParams */
export interface SubscriptionParams {
  /** Undefined: any session. */
  readonly sessionId: number | undefined;
  readonly joinPosition: StreamPosition | undefined;
  readonly isReliable: boolean;
  readonly isRejoin: boolean;
  readonly isSparse: boolean;
  readonly isTether: boolean;
  readonly isResponse: boolean;
  readonly group: GroupConsideration;
  readonly receiverWindowLength: number;
  readonly untethered: UntetheredTimeouts;
}

/** The settings that fill in what a URI leaves out. */
export interface SubscriptionDefaults extends UntetheredDefaults {
  /** Bytes of a term of this medium where the publisher has not said yet. */
  readonly termLength: number;
  readonly initialWindowLength: number;
  readonly reliableStream: boolean;
  readonly rejoinStream: boolean;
  readonly tetherSubscriptions: boolean;
  readonly termBufferSparseFile: boolean;
  readonly receiverGroupConsideration: GroupConsideration;
}

/** @throws ControlProtocolError INVALID_CHANNEL naming the parameter at fault. */
export function subscriptionParams(uri: UriParameters, defaults: SubscriptionDefaults): SubscriptionParams {
  const windowLength = sizeParameter(uri, 'rcv-wnd') ?? 0;
  return {
    sessionId: int32Parameter(uri, 'session-id'),
    joinPosition: streamPosition(uri, undefined),
    isReliable: booleanParameter(uri, 'reliable', defaults.reliableStream),
    isRejoin: booleanParameter(uri, 'rejoin', defaults.rejoinStream),
    isSparse: booleanParameter(uri, 'sparse', defaults.termBufferSparseFile),
    isTether: booleanParameter(uri, 'tether', defaults.tetherSubscriptions),
    isResponse: uri.get('control-mode') === 'response',
    group: groupConsideration(uri.get('group'), defaults.receiverGroupConsideration),
    receiverWindowLength: receiverWindowLength(
      defaults.termLength,
      windowLength === 0 ? defaults.initialWindowLength : windowLength,
    ),
    untethered: untetheredTimeouts(uri, defaults),
  };
}

/** Anything but `true` and `infer` reads as false, as in the reference. */
function groupConsideration(text: string | undefined, defaultValue: GroupConsideration): GroupConsideration {
  if (text === undefined) {
    return defaultValue;
  }
  return text === 'true' || text === 'infer' ? text : 'false';
}
