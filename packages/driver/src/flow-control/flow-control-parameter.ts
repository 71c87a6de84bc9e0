// SPDX-License-Identifier: Apache-2.0
/** The `fc` parameter of a channel: `max`, `min[,g:/n][,t:duration]` or `tagged[,g:tag[/n]][,t:duration]`, and `rrwm:n`. */
import { AeronError, parseDurationNs } from '@aeron/core/internal';

/** What a channel asks for; undefined where the configured value holds. */
export interface FlowControlParameter {
  readonly strategy: 'max' | 'min' | 'tagged';
  readonly groupTag: bigint | undefined;
  readonly groupMinSize: number | undefined;
  readonly receiverTimeoutNs: number | undefined;
  /** Receiver windows that one NAK may have sent again. */
  readonly receiverWindowMultiple: number | undefined;
}

const STRATEGIES = ['max', 'min', 'tagged'] as const;
const INT64_BITS = 64;

/**
 * @throws AeronError INVALID_URI naming the part that is wrong. Unknown options are refused, as the C driver does: the Java
 * driver ignores them, which hides spelling mistakes.
 */
export function parseFlowControl(text: string): FlowControlParameter {
  const [name, ...options] = text.split(',');
  const strategy = STRATEGIES.find((candidate) => candidate === name);
  if (strategy === undefined) {
    refuse(text, `unsupported strategy: ${name}`);
  }
  let groupTag: bigint | undefined;
  let groupMinSize: number | undefined;
  let receiverTimeoutNs: number | undefined;
  let receiverWindowMultiple: number | undefined;
  for (const option of options) {
    const value = option.slice(option.indexOf(':') + 1);
    if (option.startsWith('t:')) {
      receiverTimeoutNs = parseDurationNs(value) ?? refuse(text, `receiver timeout: ${value}`);
    } else if (option.startsWith('rrwm:')) {
      receiverWindowMultiple = naturalNumber(text, 'retransmit receiver window multiple', value, 1);
    } else if (option.startsWith('g:')) {
      const [tag, minSize] = splitGroup(value);
      groupTag = tag === '' || strategy !== 'tagged' ? undefined : parseTag(text, tag);
      groupMinSize = minSize === undefined ? undefined : naturalNumber(text, 'group min size', minSize, 0);
    } else {
      refuse(text, `unknown option: ${option}`);
    }
  }
  return { strategy, groupTag, groupMinSize, receiverTimeoutNs, receiverWindowMultiple };
}

function splitGroup(value: string): [string, string | undefined] {
  const separator = value.indexOf('/');
  return separator < 0 ? [value, undefined] : [value.slice(0, separator), value.slice(separator + 1)];
}

function parseTag(text: string, tag: string): bigint {
  if (!/^-?\d+$/.test(tag) || BigInt.asIntN(INT64_BITS, BigInt(tag)) !== BigInt(tag)) {
    refuse(text, `group tag: ${tag}`);
  }
  return BigInt(tag);
}

function naturalNumber(text: string, what: string, value: string, minimum: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : -1;
  if (number < minimum || number > 0x7fffffff) {
    refuse(text, `${what}: ${value}`);
  }
  return number;
}

function refuse(text: string, why: string): never {
  throw new AeronError('INVALID_URI', `invalid flow control: fc=${text} ${why}`);
}
