// SPDX-License-Identifier: Apache-2.0
/**
 * Hands what a receive end point gets to the images of its streams, and brings new images about: a data packet of an unknown
 * session makes it ask for a SETUP, a SETUP makes it ask the conductor for an image. What strangers can make it remember is
 * bounded. Receiver's thread; a packet of an active session allocates nothing.
 *
 * @hot
 */
import {
  DATA_HEADER_END_OF_STREAM_FLAG,
  DATA_HEADER_FLAGS_OFFSET,
  DATA_HEADER_SESSION_ID_OFFSET,
  DATA_HEADER_STREAM_ID_OFFSET,
  RTT_MEASUREMENT_FLAGS_OFFSET,
  RTT_MEASUREMENT_REPLY_FLAG,
  RTT_MEASUREMENT_SESSION_ID_OFFSET,
  RTT_MEASUREMENT_STREAM_ID_OFFSET,
  type SetupFlyweight,
} from '@aeron/codecs/internal';
import { AeronError } from '@aeron/core/internal';
import type { ReceivedDatagram } from './received-datagram.ts';
import { type DispatchedImage, SESSION_ACTIONS } from './session-states.ts';
import { StreamInterest } from './stream-interest.ts';

/** How long a SETUP is waited for before it may be asked for again. */
export const PENDING_SETUP_TIMEOUT_NS = 1_000_000_000;
/** SETUPs that one end point waits for; data of further sessions is ignored until one came or was given up. */
export const MAX_PENDING_SETUPS = 1024;
/** Images of one stream that the conductor is asked for at a time; further SETUPs are ignored, and come again. */
export const MAX_CREATIONS_IN_PROGRESS = 128;

/** Errors of one stream that is at its session limit: a flood of SETUPs must not become a flood of errors. */
export const SESSION_LIMIT_ERROR_INTERVAL_NS = 10_000_000;

export type Image = DispatchedImage<ReceivedDatagram>;

/** What the dispatcher has its end point do. */
export interface DispatcherPorts {
  readonly nowNs: number;
  /** Asks the source of the datagram for a SETUP. */
  elicitSetup(datagram: ReceivedDatagram, streamId: number, sessionId: number): void;
  /** Asks the conductor for an image. @returns false when it can't be asked now. */
  createImage(datagram: ReceivedDatagram, setup: SetupFlyweight): boolean;
  /** Sends a measurement back to the publication that made it. */
  replyToRttMeasurement(datagram: ReceivedDatagram): void;
}

interface PendingSetup {
  readonly streamId: number;
  readonly sessionId: number;
  readonly deadlineNs: number;
}

/** @source aeron-driver/DataPacketDispatcher */
export class DataPacketDispatcher {
  readonly #ports: DispatcherPorts;
  readonly #streamSessionLimit: number;
  readonly #interests: Map<number, StreamInterest<Image>>;
  /** Oldest first. Some are settled already: only a session that still waits with the same deadline is meant. */
  readonly #pendingSetups: PendingSetup[];

  /** @param streamSessionLimit images that a stream may have. */
  constructor(ports: DispatcherPorts, streamSessionLimit: number) {
    this.#ports = ports;
    this.#streamSessionLimit = streamSessionLimit;
    this.#interests = new Map();
    this.#pendingSetups = [];
  }

  /** Whether anybody is interested in anything. */
  get hasInterest(): boolean {
    return this.#interests.size > 0;
  }

  /**
   * @param sessionId undefined for all sessions of the stream.
   * @cold
   */
  addInterest(streamId: number, sessionId: number | undefined): void {
    let interest = this.#interests.get(streamId);
    if (interest === undefined) {
      interest = new StreamInterest();
      this.#interests.set(streamId, interest);
    }
    interest.add(sessionId);
  }

  /**
   * Images that nobody is interested in any longer are deactivated.
   *
   * @throws AeronError when nobody was interested in the stream.
   * @cold
   */
  removeInterest(streamId: number, sessionId: number | undefined): void {
    const interest = this.#interests.get(streamId);
    if (interest === undefined) {
      throw new AeronError('AERON', `no subscription for stream: streamId=${streamId} sessionId=${sessionId}`);
    }
    for (const image of interest.remove(sessionId)) {
      image.deactivate();
    }
    if (interest.isEmpty) {
      this.#interests.delete(streamId);
    }
  }

  /**
   * Hands packets of its session to the image from now on.
   *
   * @returns false when nobody wants it any longer.
   * @cold
   */
  addImage(image: Image): boolean {
    const { streamId, sessionId } = image;
    const interest = this.#interests.get(streamId);
    if (interest === undefined || !interest.isWanted(sessionId)) {
      return false;
    }
    const replaced = interest.sessions.get(sessionId)?.image;
    const session = interest.enter(sessionId, 'ACTIVE');
    if (session !== undefined) {
      session.image = image;
    }
    replaced?.deactivate();
    return true;
  }

  /**
   * Hands the image no more packets. Unless its stream has ended, its session is ignored until the conductor allows it again.
   *
   * @cold
   */
  removeImage(image: Image): void {
    const { streamId, sessionId } = image;
    const interest = this.#interests.get(streamId);
    if (interest?.sessions.get(sessionId)?.image === image) {
      if (image.isEndOfStream) {
        interest.forget(sessionId);
      } else {
        interest.enter(sessionId, 'ON_COOL_DOWN');
      }
    }
    image.deactivate();
  }

  /** The conductor lets a session come back, or has not made the image that it was asked for. */
  forgetSession(streamId: number, sessionId: number, state: 'ON_COOL_DOWN' | 'INIT_IN_PROGRESS'): void {
    const interest = this.#interests.get(streamId);
    if (interest !== undefined && interest.sessions.get(sessionId)?.state === state) {
      interest.forget(sessionId);
    }
  }

  /** A datagram whose first frame is data or padding. */
  onData(datagram: ReceivedDatagram): void {
    const { buffer, offset } = datagram;
    const interest = this.#interests.get(buffer.getInt32(offset + DATA_HEADER_STREAM_ID_OFFSET));
    if (interest === undefined) {
      return;
    }
    const sessionId = buffer.getInt32(offset + DATA_HEADER_SESSION_ID_OFFSET);
    const session = interest.sessions.get(sessionId);
    if (session?.image !== undefined) {
      session.image.insertPacket(datagram);
    } else if (SESSION_ACTIONS[session?.state ?? 'UNKNOWN'].data === 'elicit') {
      this.#onUnknownData(interest, datagram, sessionId);
    }
  }

  /**
   * @throws AeronError INSUFFICIENT_CAPACITY when the stream has as many images as it may have, also for one of those: as in the
   *   reference.
   * @cold
   */
  onSetup(datagram: ReceivedDatagram, setup: SetupFlyweight): void {
    const { streamId, sessionId } = setup;
    const interest = this.#interests.get(streamId);
    if (interest === undefined) {
      return;
    }
    if (interest.activeCount >= this.#streamSessionLimit) {
      this.#onSessionLimit(interest, datagram, streamId);
      return;
    }
    const session = interest.sessions.get(sessionId);
    const action = SESSION_ACTIONS[session?.state ?? 'UNKNOWN'].setup;
    if (action === 'connect') {
      session?.image?.addConnectionIfUnknown(datagram);
    } else if (action === 'create') {
      this.#create(interest, datagram, setup);
    }
  }

  /** A measurement: one that a publication made is sent back, one that an image made has come back. */
  onRttMeasurement(datagram: ReceivedDatagram): void {
    const { buffer, offset } = datagram;
    const interest = this.#interests.get(buffer.getInt32(offset + RTT_MEASUREMENT_STREAM_ID_OFFSET));
    const image = interest?.sessions.get(buffer.getInt32(offset + RTT_MEASUREMENT_SESSION_ID_OFFSET))?.image;
    if (image === undefined) {
      return;
    }
    if ((buffer.getUint8(offset + RTT_MEASUREMENT_FLAGS_OFFSET) & RTT_MEASUREMENT_REPLY_FLAG) !== 0) {
      this.#ports.replyToRttMeasurement(datagram);
    } else {
      image.onRttMeasurement(datagram);
    }
  }

  /** Gives up waiting for SETUPs that did not come. @returns how many. */
  expirePendingSetups(nowNs: number): number {
    const pending = this.#pendingSetups;
    let count = 0;
    for (let next = pending[0]; next !== undefined && next.deadlineNs - nowNs < 0; next = pending[0]) {
      pending.shift();
      const { streamId, sessionId, deadlineNs } = next;
      const interest = this.#interests.get(streamId);
      const session = interest?.sessions.get(sessionId);
      if (session?.state === 'PENDING_SETUP_FRAME' && session.deadlineNs === deadlineNs) {
        interest?.forget(sessionId);
        count++;
      }
    }
    return count;
  }

  /** @cold */
  #onSessionLimit(interest: StreamInterest<Image>, datagram: ReceivedDatagram, streamId: number): void {
    const { nowNs } = this.#ports;
    if (interest.nextLimitErrorNs - nowNs <= 0) {
      interest.nextLimitErrorNs = nowNs + SESSION_LIMIT_ERROR_INTERVAL_NS;
      const { sourceAddress, sourcePort } = datagram;
      throw new AeronError(
        'INSUFFICIENT_CAPACITY',
        `exceeded session limit, streamId=${streamId} sourceAddress=${sourceAddress}:${sourcePort}`,
        { category: 'WARN' },
      );
    }
  }

  /** @cold */
  #onUnknownData(interest: StreamInterest<Image>, datagram: ReceivedDatagram, sessionId: number): void {
    const { buffer, offset } = datagram;
    // A stream that is at its end is not joined any more: its image would wait for a publication that is gone.
    if ((buffer.getUint8(offset + DATA_HEADER_FLAGS_OFFSET) & DATA_HEADER_END_OF_STREAM_FLAG) !== 0) {
      return;
    }
    if (!interest.isWanted(sessionId)) {
      interest.enter(sessionId, 'NO_INTEREST');
    } else if (this.#pendingSetups.length < MAX_PENDING_SETUPS) {
      const session = interest.enter(sessionId, 'PENDING_SETUP_FRAME');
      if (session !== undefined) {
        const streamId = buffer.getInt32(offset + DATA_HEADER_STREAM_ID_OFFSET);
        session.deadlineNs = this.#ports.nowNs + PENDING_SETUP_TIMEOUT_NS;
        this.#pendingSetups.push({ streamId, sessionId, deadlineNs: session.deadlineNs });
        this.#ports.elicitSetup(datagram, streamId, sessionId);
      }
    }
  }

  /** @cold */
  #create(interest: StreamInterest<Image>, datagram: ReceivedDatagram, setup: SetupFlyweight): void {
    const { sessionId } = setup;
    if (!interest.isWanted(sessionId)) {
      interest.enter(sessionId, 'NO_INTEREST');
      return;
    }
    const { activeCount, creatingCount } = interest;
    const isFull = activeCount + creatingCount >= this.#streamSessionLimit;
    if (!isFull && creatingCount < MAX_CREATIONS_IN_PROGRESS && this.#ports.createImage(datagram, setup)) {
      interest.enter(sessionId, 'INIT_IN_PROGRESS');
    }
  }
}
