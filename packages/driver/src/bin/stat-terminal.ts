// SPDX-License-Identifier: Apache-2.0
/**
 * The terminal of aeron-stat's live screen, by the library log-update: it repaints in place, hides the cursor and gives it back.
 * Keys are read one by one where standard input is a terminal too.
 */
import { emitKeypressEvents } from 'node:readline';
import { styleText } from 'node:util';
import type { createLogUpdate } from 'log-update';
import type { StatTerminal } from '../tools/aeron-stat/live-stat.ts';
import type { LineStyle, ScreenLine, ScrollKey } from '../tools/aeron-stat/stat-screen.ts';

const DEFAULT_ROWS = 24;
const DEFAULT_COLUMNS = 80;

const FORMATS: Readonly<Record<LineStyle, Parameters<typeof styleText>[0]>> = {
  plain: 'reset',
  title: 'bold',
  faint: 'dim',
  changed: 'cyan',
  alarm: ['bold', 'red'],
};

const SCROLL_KEYS: Readonly<Record<string, ScrollKey>> = {
  up: 'up',
  k: 'up',
  down: 'down',
  j: 'down',
  pageup: 'pageup',
  pagedown: 'pagedown',
  space: 'pagedown',
  home: 'home',
  end: 'end',
};

interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

export class NodeStatTerminal implements StatTerminal {
  readonly #output = process.stdout;
  readonly #input = process.stdin;
  readonly #update: ReturnType<typeof createLogUpdate>;
  readonly #quit: () => void;
  readonly #hasColours: boolean;
  #listener: (key: ScrollKey | undefined) => void = () => undefined;

  /** @param quit called when the user asks for the end. */
  constructor(
    create: typeof createLogUpdate,
    environment: Readonly<Record<string, string | undefined>>,
    quit: () => void,
  ) {
    this.#update = create(this.#output);
    this.#quit = quit;
    this.#hasColours = (environment['NO_COLOR'] ?? '') === '' && this.#output.hasColors();
    this.#output.on('resize', this.#onResize);
    if (this.#input.isTTY) {
      emitKeypressEvents(this.#input);
      this.#input.setRawMode(true);
      this.#input.on('keypress', this.#onKey);
      this.#input.resume();
    }
  }

  /** The last line stays empty: that is where the cursor waits. */
  get rows(): number {
    return (this.#output.rows || DEFAULT_ROWS) - 1;
  }

  get columns(): number {
    return this.#output.columns || DEFAULT_COLUMNS;
  }

  draw(lines: readonly ScreenLine[]): void {
    this.#update(lines.map((line) => this.#painted(line)).join('\n'));
  }

  onChange(listener: (key: ScrollKey | undefined) => void): void {
    this.#listener = listener;
  }

  close(): void {
    this.#listener = () => undefined;
    this.#output.off('resize', this.#onResize);
    if (this.#input.isTTY) {
      this.#input.off('keypress', this.#onKey);
      this.#input.setRawMode(false);
      this.#input.pause();
    }
    this.#update.done();
  }

  #painted({ text, style }: ScreenLine): string {
    return style === 'plain' || !this.#hasColours ? text : styleText(FORMATS[style], text);
  }

  readonly #onResize = (): void => this.#listener(undefined);

  /** A terminal in raw mode makes a key of Ctrl-C, not a signal. */
  readonly #onKey = (_text: string | undefined, { name = '', ctrl = false }: Key): void => {
    if (name === 'q' || (ctrl && (name === 'c' || name === 'd'))) {
      this.#quit();
    } else if (Object.hasOwn(SCROLL_KEYS, name)) {
      this.#listener(SCROLL_KEYS[name]);
    }
  };
}
