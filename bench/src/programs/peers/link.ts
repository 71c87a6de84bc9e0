// SPDX-License-Identifier: Apache-2.0
/** What the peers have in common: two sides that send each other messages. */

export type Role = 'main' | 'other';

export interface LinkOptions {
  readonly role: Role;
  /** Where the sides meet: a port, a path, whatever the kind of link takes. */
  readonly address: string;
  /** Whether messages go from the other side to the main one only. */
  readonly isOneWay: boolean;
  onMessage(bytes: Uint8Array): void;
}

export interface Link {
  /** @returns when the next message may be sent, where that is not at once. */
  send(bytes: Uint8Array): Promise<unknown> | undefined;
  close(): void;
}

export interface LinkKind {
  readonly open: (options: LinkOptions) => Promise<Link>;
  /** Whether the other side is a thread of this process and not a process of its own. */
  readonly isInThread: boolean;
}
