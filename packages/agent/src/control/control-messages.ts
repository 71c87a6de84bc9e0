// SPDX-License-Identifier: Apache-2.0
/** What a command asks of a process that logs events, and what it is answered. JSON in the control file. */
import { AeronError } from '@aeron/core/internal';

/** `on` adds to what is on, `set` replaces it, `off` takes away. */
export const CONTROL_ACTIONS = ['status', 'on', 'set', 'off'] as const;
export type ControlAction = (typeof CONTROL_ACTIONS)[number];

export interface ControlRequest {
  readonly action: ControlAction;
  /** Whose events: the context of a component, in any case. */
  readonly component: string;
  /** Groups, names and ids as in the settings. */
  readonly events: string;
}

export interface ComponentStatus {
  readonly component: string;
  readonly events: readonly string[];
}

export interface ControlAnswer {
  /** Why nothing was done. */
  readonly problem?: string;
  readonly pid: number;
  readonly components: readonly ComponentStatus[];
  /** Events that were lost because the ring was full. */
  readonly droppedCount: number;
  /** Events that could not be encoded. */
  readonly failedCount: number;
  /** Records that could not be read. */
  readonly malformedCount: number;
  /** Where they go: a file, or a word. */
  readonly output: string;
}

/** @throws AeronError INVALID_ARGUMENT naming what is wrong. */
export function parseRequest(text: string): ControlRequest {
  const found = parseObject(text);
  const action = CONTROL_ACTIONS.find((each) => each === found['action']);
  if (action === undefined) {
    throw new AeronError('INVALID_ARGUMENT', `no such action: action=${String(found['action'])}`);
  }
  return { action, component: textOf(found, 'component'), events: textOf(found, 'events') };
}

/** @throws AeronError INVALID_ARGUMENT naming what is wrong. */
export function parseAnswer(text: string): ControlAnswer {
  const found = parseObject(text);
  const { components, problem } = found;
  if (!Array.isArray(components)) {
    throw new AeronError('INVALID_ARGUMENT', 'an answer without components');
  }
  return {
    ...(typeof problem === 'string' && { problem }),
    pid: numberOf(found, 'pid'),
    components: components.map((each: unknown) => {
      const component = asObject(each);
      const events: unknown = component['events'];
      return {
        component: textOf(component, 'component'),
        events: Array.isArray(events) ? events.map(String) : [],
      };
    }),
    droppedCount: numberOf(found, 'droppedCount'),
    failedCount: numberOf(found, 'failedCount'),
    malformedCount: numberOf(found, 'malformedCount'),
    output: textOf(found, 'output'),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(text: string): Fields {
  try {
    return asObject(JSON.parse(text));
  } catch (cause) {
    throw new AeronError('INVALID_ARGUMENT', `no message of the control file: length=${text.length}`, { cause });
  }
}

function asObject(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AeronError('INVALID_ARGUMENT', `no object: ${typeof value}`);
  }
  return value as Fields;
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') {
    throw new AeronError('INVALID_ARGUMENT', `no text: ${name}=${String(value)}`);
  }
  return value;
}

function numberOf(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new AeronError('INVALID_ARGUMENT', `no whole number: ${name}=${String(value)}`);
  }
  return value;
}
