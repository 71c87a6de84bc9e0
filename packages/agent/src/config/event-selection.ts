// SPDX-License-Identifier: Apache-2.0
/**
 * Which events a text names: a comma list of groups, names and ids, as the reference takes it. Each token is tried as a group
 * (`all`, for the driver also `admin`), then as a name, then as an id; of the driver a mask of the C driver, `0x1f`, does as well.
 * What is nothing of these is told and left out.
 *
 * @source aeron-client/EventConfiguration
 */
import { type EventMask, type EventTable, EventTypeCode, hasEvent, maskOf, NO_EVENTS } from '@aeron/codecs/internal';

const ALL = 'all';
const NONE = 'none';

/** Bits of the C driver's mask. */
const MASK_GROUPS: readonly { readonly bits: number; readonly pattern: RegExp }[] = [
  { bits: 0x1, pattern: /^CMD_IN_/ },
  { bits: 0x2, pattern: /^CMD_OUT_/ },
  { bits: 0x4, pattern: /^FRAME_IN$/ },
  { bits: 0x18, pattern: /^FRAME_OUT$/ },
  { bits: 0x80, pattern: /^UNTETHERED_SUBSCRIPTION_STATE_CHANGE$/ },
];
const MASK_ALL = 0xffff;

/** @param onUnknown told each token that names nothing. */
export function selectEvents(table: EventTable, text: string, onUnknown: (token: string) => void): EventMask {
  const ids = text.split(',').flatMap((token) => {
    const found = idsOf(table, token);
    if (found === undefined) {
      onUnknown(token);
    }
    return found ?? [];
  });
  return maskOf(ids);
}

/** What `enabled` names and `disabled` does not. */
export function selectedMask(
  table: EventTable,
  enabled: string | undefined,
  disabled: string | undefined,
  onUnknown: (token: string) => void,
): EventMask {
  const on = enabled === undefined ? NO_EVENTS : selectEvents(table, enabled, onUnknown);
  const off = disabled === undefined ? NO_EVENTS : selectEvents(table, disabled, onUnknown);
  return withoutEvents(on, off);
}

export function withEvents(mask: EventMask, more: EventMask): EventMask {
  return mask.map((bits, word) => bits | (more[word] ?? 0));
}

export function withoutEvents(mask: EventMask, less: EventMask): EventMask {
  return mask.map((bits, word) => bits & ~(less[word] ?? 0));
}

export function isAnyEvent(mask: EventMask): boolean {
  return mask.some((bits) => bits !== 0);
}

/** The names of the events that are in a mask, in the order of their ids. */
export function selectedNames(table: EventTable, mask: EventMask): string[] {
  return Object.entries(table.rows)
    .filter(([, { id }]) => hasEvent(mask, id))
    .sort(([, a], [, b]) => a.id - b.id)
    .map(([name]) => name);
}

function idsOf(table: EventTable, token: string): number[] | undefined {
  if (token === '' || token.toLowerCase() === NONE) {
    return [];
  }
  const rows = Object.entries(table.rows);
  if (token === ALL) {
    return rows.map(([, { id }]) => id);
  }
  const group = Object.hasOwn(table.groups, token) ? table.groups[token] : undefined;
  if (group !== undefined) {
    return rows.filter(([name, row]) => group(name, row)).map(([, { id }]) => id);
  }
  const name = Object.hasOwn(table.formerNames, token) ? table.formerNames[token] : token;
  const row = name !== undefined && Object.hasOwn(table.rows, name) ? table.rows[name] : undefined;
  if (row !== undefined) {
    return [row.id];
  }
  if (/^\d+$/.test(token)) {
    return rows.some(([, { id }]) => id === Number(token)) ? [Number(token)] : undefined;
  }
  return table.typeCode === EventTypeCode.DRIVER ? idsOfMask(rows, token) : undefined;
}

function idsOfMask(rows: readonly [string, { readonly id: number }][], token: string): number[] | undefined {
  if (!/^0x[0-9a-f]{1,8}$/i.test(token)) {
    return undefined;
  }
  const mask = Number(token);
  return rows
    .filter(([name]) => mask >= MASK_ALL || MASK_GROUPS.some(({ bits, pattern }) => mask & bits && pattern.test(name)))
    .map(([, { id }]) => id);
}
