// SPDX-License-Identifier: Apache-2.0
/**
 * What a receive end point knows of one session of a stream that somebody subscribes to, and what it does with what comes from
 * it. The tables are the whole state machine; the dispatcher only carries it out.
 *
 * ```
 *             data, wanted                     SETUP, wanted
 *   (unknown) -----------> PENDING_SETUP_FRAME -------------> INIT_IN_PROGRESS -----> ACTIVE
 *       |                        | 1 s                              | refused            | no packets
 *       | not wanted             v                                  v                    v
 *       +-> NO_INTEREST      (unknown)                          (unknown)          ON_COOL_DOWN -> (unknown)
 * ```
 */
import { assert } from '@aeron/core/internal';

/** @source aeron-driver/DataPacketDispatcher.SessionState */
export type SessionState = 'PENDING_SETUP_FRAME' | 'INIT_IN_PROGRESS' | 'ACTIVE' | 'ON_COOL_DOWN' | 'NO_INTEREST';

/** A session that is in no state is not kept at all. */
export type SessionKnowledge = SessionState | 'UNKNOWN';

/** What is done with a packet. A session that is not wanted is noted as NO_INTEREST instead of `elicit` and `create`. */
export type DataAction = 'insert' | 'elicit' | 'ignore';
export type SetupAction = 'create' | 'connect' | 'ignore';

/** How each kind of packet is answered in each state. */
export const SESSION_ACTIONS: Readonly<
  Record<SessionKnowledge, { readonly data: DataAction; readonly setup: SetupAction }>
> = {
  UNKNOWN: { data: 'elicit', setup: 'create' },
  PENDING_SETUP_FRAME: { data: 'ignore', setup: 'create' },
  INIT_IN_PROGRESS: { data: 'ignore', setup: 'ignore' },
  ACTIVE: { data: 'insert', setup: 'connect' },
  ON_COOL_DOWN: { data: 'ignore', setup: 'ignore' },
  NO_INTEREST: { data: 'ignore', setup: 'ignore' },
};

/** State → states that may follow it. Every state may be forgotten. */
export const SESSION_TRANSITIONS: Readonly<Record<SessionKnowledge, readonly SessionState[]>> = {
  // The conductor may finish an image after its session was forgotten, when a subscription went and came back meanwhile.
  UNKNOWN: ['PENDING_SETUP_FRAME', 'INIT_IN_PROGRESS', 'NO_INTEREST', 'ACTIVE'],
  PENDING_SETUP_FRAME: ['INIT_IN_PROGRESS', 'ACTIVE'],
  INIT_IN_PROGRESS: ['ACTIVE'],
  ACTIVE: ['ACTIVE', 'ON_COOL_DOWN'],
  ON_COOL_DOWN: ['ACTIVE'],
  NO_INTEREST: [],
};

/** What an end point holds of an image: it hands packets on and tells when that ends. */
export interface DispatchedImage<Datagram> {
  readonly correlationId: number;
  readonly streamId: number;
  readonly sessionId: number;
  readonly isEndOfStream: boolean;
  insertPacket(datagram: Datagram): void;
  /** A SETUP came by a transport that may be new to it. */
  addConnectionIfUnknown(datagram: Datagram): void;
  onRttMeasurement(datagram: Datagram): void;
  /** Nothing more will be handed on. */
  deactivate(): void;
}

/** One session; its state changes through `enter` alone. */
export class Session<Image> {
  readonly sessionId: number;
  state: SessionKnowledge = 'UNKNOWN';
  /** While ACTIVE. */
  image: Image | undefined = undefined;
  /** When a pending SETUP is given up. */
  deadlineNs = 0;

  constructor(sessionId: number) {
    this.sessionId = sessionId;
  }

  /** @throws AssertionError when the table does not allow it. */
  enter(state: SessionState): void {
    const isAllowed = SESSION_TRANSITIONS[this.state].includes(state);
    assert(isAllowed, `forbidden transition: sessionId=${this.sessionId} from=${this.state} to=${state}`);
    this.state = state;
  }
}
