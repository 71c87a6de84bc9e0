// SPDX-License-Identifier: Apache-2.0
/** Carries out what a command asks for: changes the set of events that are on. */
import { type EventCatalogue, type EventMemory, EventSource, type EventTable } from '@aeron/codecs/internal';
import { type Clock, VERSION } from '@aeron/core/internal';
import { isAnyEvent, selectEvents, selectedNames, withEvents, withoutEvents } from '../config/event-selection.ts';
import type { ControlAnswer, ControlRequest } from './control-messages.ts';

export interface ControlActionsOptions {
  readonly memory: EventMemory;
  readonly catalogue: EventCatalogue;
  readonly pid: number;
  readonly output: string;
  readonly malformedCount: () => number;
  readonly clock: Pick<Clock, 'nanoTime'>;
}

export class ControlActions {
  readonly #options: ControlActionsOptions;

  constructor(options: ControlActionsOptions) {
    this.#options = options;
  }

  execute(request: ControlRequest): ControlAnswer {
    const problem = request.action === 'status' ? undefined : this.#change(request);
    return { ...(problem !== undefined && { problem }), ...this.#status() };
  }

  /** An answer to what was no request. */
  refuse(problem: string): ControlAnswer {
    return { problem, ...this.#status() };
  }

  /** @returns what is wrong; then nothing has changed. */
  #change({ action, component, events }: ControlRequest): string | undefined {
    const { memory, catalogue } = this.#options;
    const table = catalogue.tables.find(({ context }) => context.toLowerCase() === component.toLowerCase());
    if (table === undefined) {
      const known = catalogue.tables.map(({ context }) => context.toLowerCase()).join(', ');
      return `no such component: ${component}; there are ${known}`;
    }
    const unknown: string[] = [];
    const selected = selectEvents(table, events, (token) => unknown.push(token));
    if (unknown.length > 0) {
      return `unknown event code: ${unknown.join(', ')}`;
    }
    const before = memory.enabled(table.typeCode);
    const after =
      action === 'set' ? selected : action === 'on' ? withEvents(before, selected) : withoutEvents(before, selected);
    memory.setEnabled(table.typeCode, after);
    if (!isAnyEvent(before) && isAnyEvent(after)) {
      this.#logStart(table);
    }
    return undefined;
  }

  /** As at the start of a process: which version the component has. */
  #logStart(table: EventTable): void {
    if (table.rows['START'] !== undefined) {
      const source = new EventSource(table, this.#options.memory, this.#options.clock);
      source.log('START', { version: VERSION } as never);
    }
  }

  #status(): Omit<ControlAnswer, 'problem'> {
    const { memory, catalogue, pid, output, malformedCount } = this.#options;
    return {
      pid,
      components: catalogue.tables.map((table) => ({
        component: table.context,
        events: selectedNames(table, memory.enabled(table.typeCode)),
      })),
      droppedCount: memory.droppedCount,
      failedCount: memory.failedCount,
      malformedCount: malformedCount(),
      output,
    };
  }
}
