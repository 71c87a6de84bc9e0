// SPDX-License-Identifier: Apache-2.0
/** aeron-stat on a terminal: draws a frame per interval and whenever a key or the size of the terminal asks for one. */
import { type DriverSnapshot, DriverView } from '../counters/driver-snapshot.ts';
import { pause } from '../driver-files.ts';
import type { ToolCall } from '../tool-call.ts';
import { filtered, type StatOptions } from './aeron-stat.ts';
import { pageLength, type ScreenLine, type ScrollKey, screenLines, scrolled } from './stat-screen.ts';

/** A terminal, as far as this tool needs one. */
export interface StatTerminal {
  /** Lines and columns that a frame may fill, now. */
  readonly rows: number;
  readonly columns: number;
  draw(lines: readonly ScreenLine[]): void;
  /** Told of keys that scroll; `undefined` when the terminal has another size. */
  onChange(listener: (key: ScrollKey | undefined) => void): void;
  /** Leaves the last frame on the screen and gives the terminal back as it was. */
  close(): void;
}

/**
 * Runs until `call.signal` is aborted.
 *
 * @throws AeronError as `openCncFile`.
 */
export async function liveStat(call: ToolCall, options: StatOptions, openTerminal: () => StatTerminal): Promise<void> {
  const view = await DriverView.open(call);
  try {
    const terminal = openTerminal();
    try {
      const screen = new LiveScreen(view, options, terminal);
      terminal.onChange((key) => screen.scroll(key));
      while (!call.signal.aborted) {
        screen.look();
        await pause(call.ports, options.updateIntervalMs, call.signal);
      }
    } finally {
      terminal.close();
    }
  } finally {
    view.close();
  }
}

class LiveScreen {
  readonly #view: DriverView;
  readonly #options: StatOptions;
  readonly #terminal: StatTerminal;
  #top = 0;
  #snapshot: DriverSnapshot | undefined;
  #previous: DriverSnapshot | undefined;

  constructor(view: DriverView, options: StatOptions, terminal: StatTerminal) {
    this.#view = view;
    this.#options = options;
    this.#terminal = terminal;
  }

  look(): void {
    this.#previous = this.#snapshot;
    this.#snapshot = filtered(this.#view.snapshot(), this.#options.filter);
    this.scroll(undefined);
  }

  scroll(key: ScrollKey | undefined): void {
    const snapshot = this.#snapshot;
    if (snapshot === undefined) {
      return;
    }
    const { rows, columns } = this.#terminal;
    this.#top = scrolled(this.#top, key, pageLength(rows), snapshot.counters.length);
    const { filter } = this.#options;
    this.#terminal.draw(screenLines({ snapshot, previous: this.#previous, filter, rows, columns, top: this.#top }));
  }
}
