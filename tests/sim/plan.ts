// SPDX-License-Identifier: Apache-2.0
/** What a scenario decides before a run begins: who there is, what they may do, and how long it goes on. */
import type { Image, Publication } from '@aeron/client';
import type { Action } from './actions/action.ts';
import type { StreamLedger } from './model/stream-ledger.ts';
import type { ClientNode } from './nodes/client-node.ts';
import type { DriverNode, DriverNodeOptions } from './nodes/driver-node.ts';
import type { Subscriber } from './nodes/subscriber.ts';

/** A channel for publications, and how subscriptions name it. */
export interface StreamChoice {
  readonly streamId: number;
  readonly publicationChannel: string;
  readonly subscriptionChannel: string;
}

/** How streams are told apart and which subscription gets which. */
export interface Medium {
  /** The same for a publication and all images of its stream, and for no others. */
  keyOfPublication(node: ClientNode, publication: Publication): string;
  keyOfImage(node: ClientNode, image: Image): string;
  /** Whether a subscriber of this client gets an image of the stream, now that nothing is in its way. */
  reaches(ledger: StreamLedger, node: ClientNode, subscriber: Subscriber): boolean;
  /** The counters that a driver at rest has for streams, each as `describeCounter` says it. */
  streamCounters(driver: DriverNode, clients: readonly ClientNode[]): string[];
}

export interface Plan {
  readonly drivers: readonly Omit<DriverNodeOptions, 'onProblem'>[];
  readonly clients: readonly { readonly name: string; readonly driverIndex: number }[];
  readonly streams: readonly StreamChoice[];
  readonly medium: Medium;
  readonly actions: readonly Action[];
  /** What happens first, one after the other, so that there is something to go wrong. */
  readonly opening: readonly Action[];
  readonly phases: number;
  readonly stepsPerPhase: number;
  /** Longest message that is offered, bytes. */
  readonly messageLengthMax: number;
  /** Virtual time after which everything that the drivers' settings delay has happened. */
  readonly settleNs: number;
  /** How long the drivers wait for a silent client, and for an image's return after it was rejected. */
  readonly clientLivenessTimeoutMs: number;
  readonly imageLivenessTimeoutMs: number;
  /** Longer than any of it: how long a driver must be gone for its clients to give up. */
  readonly driverTimeoutMs: number;
}
