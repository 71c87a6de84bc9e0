// SPDX-License-Identifier: Apache-2.0
/** What the reader's thread is started with. Plain data, since it is cloned on the way. */
import type { AgentConfig } from '../config/agent-settings.ts';

export interface ReaderConfig {
  readonly memory: SharedArrayBuffer;
  readonly config: AgentConfig;
}

/** What the thread that installed event logging asks of the reader's. */
export type ReaderRequest =
  | { readonly id: number; readonly kind: 'start-collecting'; readonly title: string }
  | { readonly id: number; readonly kind: 'set-collecting'; readonly isCollecting: boolean }
  | { readonly id: number; readonly kind: 'reset' }
  | { readonly id: number; readonly kind: 'write-to-file'; readonly path: string }
  | { readonly id: number; readonly kind: 'lines' }
  | { readonly id: number; readonly kind: 'counts' };

/** What it is answered. */
export type ReaderAnswer =
  | { readonly kind: 'answer'; readonly id: number; readonly value?: unknown; readonly problem?: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'warning'; readonly text: string };
