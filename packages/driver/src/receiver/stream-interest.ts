// SPDX-License-Identifier: Apache-2.0
/**
 * Who is interested in one stream of a receive end point, and the sessions of it that are known: those with an image, and a
 * bounded number of others, so that packets with made-up session ids can't make it grow. Receiver's thread.
 */
import { Session, type SessionState } from './session-states.ts';

/** Sessions that nobody wants and that are remembered, only to save looking again. */
export const MAX_UNWANTED_SESSIONS = 1024;
/** Sessions that are kept from coming back; one more is let in again. */
export const MAX_COOL_DOWN_SESSIONS = 16_384;

/** The states whose sessions are counted, to be bounded. */
type CountedState = Exclude<SessionState, 'PENDING_SETUP_FRAME'>;

/** @source aeron-driver/DataPacketDispatcher.StreamInterest */
export class StreamInterest<Image> {
  /** Whether somebody subscribes to any session. */
  isAllSessions = false;
  /** When the next error may be raised for a session too many. */
  nextLimitErrorNs = 0;
  readonly sessions = new Map<number, Session<Image>>();
  readonly #subscribedSessionIds = new Set<number>();
  readonly #counts: Record<CountedState, number> = { INIT_IN_PROGRESS: 0, ACTIVE: 0, ON_COOL_DOWN: 0, NO_INTEREST: 0 };

  get isEmpty(): boolean {
    return !this.isAllSessions && this.#subscribedSessionIds.size === 0;
  }

  get activeCount(): number {
    return this.#counts.ACTIVE;
  }

  get creatingCount(): number {
    return this.#counts.INIT_IN_PROGRESS;
  }

  /** Whether somebody subscribes to exactly this session. */
  hasSessionInterest(sessionId: number): boolean {
    return this.#subscribedSessionIds.has(sessionId);
  }

  isWanted(sessionId: number): boolean {
    return this.isAllSessions || this.#subscribedSessionIds.has(sessionId);
  }

  /** @param sessionId undefined for all. */
  add(sessionId: number | undefined): void {
    if (sessionId === undefined) {
      this.isAllSessions = true;
      this.#forgetIf((session) => session.state === 'NO_INTEREST');
    } else {
      this.#subscribedSessionIds.add(sessionId);
      this.#forgetIf((session) => session.sessionId === sessionId && session.state === 'NO_INTEREST');
    }
  }

  /** @returns the images that nobody is interested in any longer. */
  remove(sessionId: number | undefined): Image[] {
    if (sessionId === undefined) {
      this.isAllSessions = false;
    } else {
      this.#subscribedSessionIds.delete(sessionId);
    }
    return this.#forgetIf((session) => !this.isWanted(session.sessionId));
  }

  /** Puts a session into a state, unless there are too many of its kind already. @returns whether it was done. */
  enter(sessionId: number, state: SessionState): Session<Image> | undefined {
    const limit = state === 'NO_INTEREST' ? MAX_UNWANTED_SESSIONS : MAX_COOL_DOWN_SESSIONS;
    if ((state === 'NO_INTEREST' || state === 'ON_COOL_DOWN') && this.#counts[state] >= limit) {
      this.forget(sessionId);
      return undefined;
    }
    let session = this.sessions.get(sessionId);
    if (session === undefined) {
      session = new Session(sessionId);
      this.sessions.set(sessionId, session);
    }
    this.#count(session, -1);
    session.enter(state);
    session.image = undefined;
    this.#count(session, 1);
    return session;
  }

  forget(sessionId: number): void {
    const session = this.sessions.get(sessionId);
    if (session !== undefined) {
      this.#count(session, -1);
      this.sessions.delete(sessionId);
    }
  }

  #forgetIf(condition: (session: Session<Image>) => boolean): Image[] {
    const images: Image[] = [];
    for (const session of [...this.sessions.values()].filter(condition)) {
      if (session.image !== undefined) {
        images.push(session.image);
      }
      this.forget(session.sessionId);
    }
    return images;
  }

  #count({ state }: Session<Image>, delta: number): void {
    if (state !== 'UNKNOWN' && state !== 'PENDING_SETUP_FRAME') {
      this.#counts[state] += delta;
    }
  }
}
