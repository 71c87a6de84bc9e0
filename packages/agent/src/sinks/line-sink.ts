// SPDX-License-Identifier: Apache-2.0
/** Writes events as lines. */
import type { Clock } from '@aeron/core/internal';
import type { LogEvent } from '../reader/log-event.ts';
import type { LineFormat } from '../text/line-format.ts';
import type { EventSink } from './event-sink.ts';
import type { LineOutput } from './line-output.ts';

export class LineSink implements EventSink {
  readonly #format: LineFormat;
  readonly #output: LineOutput;
  readonly #clock: Pick<Clock, 'nanoTime'>;

  constructor(format: LineFormat, output: LineOutput, clock: Pick<Clock, 'nanoTime'>) {
    this.#format = format;
    this.#output = output;
    this.#clock = clock;
  }

  onEvent(event: LogEvent): void {
    this.#output.write(this.#format.line(event));
  }

  onDropped(count: number, total: number): void {
    this.#output.write(this.#format.dropped(this.#clock.nanoTime(), count, total));
  }

  flush(): void {
    this.#output.flush();
  }

  close(): void {
    this.#output.close();
  }
}
