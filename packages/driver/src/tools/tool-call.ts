// SPDX-License-Identifier: Apache-2.0
/**
 * What the command line hands to a tool, and what a tool is. A tool yields the text that it prints, so that it can be tried
 * without a process; it throws an AeronError to fail.
 */
import type { Platform } from '@aeron/core/internal';

/** The ports that tools use. */
export type ToolPorts = Pick<Platform, 'clock' | 'files' | 'mapper' | 'scheduler' | 'host'>;

/** What every tool is told. */
export interface ToolCall {
  readonly ports: ToolPorts;
  /** Absolute path of the driver's directory. */
  readonly directory: string;
  /** How long a driver that is just starting is waited for. */
  readonly timeoutMs: number;
  /** One JSON document on a line and not text for people. */
  readonly json: boolean;
  /** Aborted when the user wants the tool to end. */
  readonly signal: AbortSignal;
  /** Takes a remark that is no part of the output. */
  readonly remark: (text: string) => void;
}

/** Text to print, in pieces that end anywhere. */
export type ToolText = AsyncIterable<string> | Iterable<string>;

/** Each line with its end. */
export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** What the tools that look at counters start with. */
export function cncFileLine(path: string): string {
  return `Command \`n Control file ${path}`;
}
