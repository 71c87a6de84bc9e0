// SPDX-License-Identifier: Apache-2.0
/**
 * Which losses the settings ask for: those of the debug end points, at random, and those of the interceptors, which are named in
 * a list. Each end point has generators of its own, so that streams of one do not change what another loses.
 *
 *     sender:    data out, control in          receiver:  data in, control out
 *
 * @source aeron-driver/ext.DebugSendChannelEndpoint, aeron-driver/ext.DebugReceiveChannelEndpoint
 */
import { FRAME_HEADER_TYPE_OFFSET } from '@aeron/codecs/internal';
import { type AtomicBuffer, ConfigurationError, type SettingsConfig } from '@aeron/core/internal';
import type { lossSettings } from '../config/loss-settings.ts';
import type { socketSettings } from '../config/socket-settings.ts';
import {
  type EndpointLoss,
  FixedLossGenerator,
  type LossGenerator,
  MultiGapLossGenerator,
  RANDOM_SEED,
  RandomLossGenerator,
} from './loss-generator.ts';

/** The settings of losses. */
export type LossConfig = SettingsConfig<typeof lossSettings> &
  Pick<
    SettingsConfig<typeof socketSettings>,
    'sendChannelEndpointSupplier' | 'receiveChannelEndpointSupplier' | 'outgoingInterceptors' | 'incomingInterceptors'
  >;

/** Makes the losses of one end point. */
export type EndpointLossSupplier = () => EndpointLoss;

type RandomInt32 = () => number;

/** @returns undefined when nothing is to be lost. @throws ConfigurationError for arguments that can't be read. */
export function sendEndpointLoss(config: LossConfig, randomInt32: RandomInt32): EndpointLossSupplier | undefined {
  const isDebug = config.sendChannelEndpointSupplier === 'debug';
  const { outgoingInterceptors, incomingInterceptors } = config;
  return supplier(
    config,
    { names: outgoingInterceptors, ...(isDebug && { rate: config.debugSendDataLossRate }) },
    { names: incomingInterceptors, ...(isDebug && { rate: config.debugSendControlLossRate }) },
    { data: config.debugSendDataLossSeed, control: config.debugSendControlLossSeed, randomInt32 },
  );
}

/** @returns undefined when nothing is to be lost. @throws ConfigurationError for arguments that can't be read. */
export function receiveEndpointLoss(config: LossConfig, randomInt32: RandomInt32): EndpointLossSupplier | undefined {
  const isDebug = config.receiveChannelEndpointSupplier === 'debug';
  const { outgoingInterceptors, incomingInterceptors } = config;
  return supplier(
    config,
    { names: incomingInterceptors, ...(isDebug && { rate: config.debugReceiveDataLossRate }) },
    { names: outgoingInterceptors, ...(isDebug && { rate: config.debugReceiveControlLossRate }) },
    { data: config.debugReceiveDataLossSeed, control: config.debugReceiveControlLossSeed, randomInt32 },
  );
}

/** What is wrong with the settings of losses, if anything. */
export function lossProblem(config: LossConfig): string | undefined {
  try {
    sendEndpointLoss(config, () => 0)?.();
    receiveEndpointLoss(config, () => 0)?.();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What is lost in one direction. */
interface Direction {
  readonly names: readonly string[];
  /** Of a debug end point. */
  readonly rate?: number;
}

interface Seeds {
  readonly data: number;
  readonly control: number;
  readonly randomInt32: RandomInt32;
}

function supplier(
  config: LossConfig,
  data: Direction,
  control: Direction,
  seeds: Seeds,
): EndpointLossSupplier | undefined {
  if ([data, control].every(({ names, rate = 0 }) => names.length === 0 && rate === 0)) {
    return undefined;
  }
  const { randomInt32 } = seeds;
  return () => ({
    data: generators(config, data, seeds.data, randomInt32),
    control: generators(config, control, seeds.control, randomInt32),
  });
}

function generators(
  config: LossConfig,
  { names, rate = 0 }: Direction,
  seed: number,
  randomInt32: RandomInt32,
): LossGenerator | undefined {
  const all = names.map((name) => interceptor(name, config, randomInt32));
  if (rate > 0) {
    all.push(new RandomLossGenerator(rate, seed === RANDOM_SEED ? randomInt32() : seed));
  }
  const [first] = all;
  return all.length <= 1 ? first : new AnyLossGenerator(all);
}

function interceptor(name: string, config: LossConfig, randomInt32: RandomInt32): LossGenerator {
  switch (name) {
    case 'loss': {
      const values = parseArgs(name, config.lossArgs, ['rate', 'seed', 'recv-msg-mask']);
      const random = new RandomLossGenerator(values.get('rate') ?? 0, values.get('seed') ?? randomInt32());
      const mask = values.get('recv-msg-mask');
      return mask === undefined ? random : new MaskedLossGenerator(random, mask);
    }
    case 'fixed-loss': {
      const keys = ['term-id', 'term-offset', 'length'] as const;
      return new FixedLossGenerator(...required(name, parseArgs(name, config.fixedLossArgs, keys), keys));
    }
    case 'multi-gap-loss': {
      const keys = ['term-id', 'gap-radix', 'gap-length', 'total-gaps'] as const;
      return new MultiGapLossGenerator(...required(name, parseArgs(name, config.multiGapLossArgs, keys), keys));
    }
    default:
      throw new ConfigurationError(
        `unknown interceptor: name=${name} (loss, fixed-loss or multi-gap-loss is expected)`,
      );
  }
}

/** Loses what any of several would lose; each is asked, so that all of them see every datagram. */
class AnyLossGenerator implements LossGenerator {
  readonly #all: readonly LossGenerator[];

  constructor(all: readonly LossGenerator[]) {
    this.#all = all;
  }

  shouldDropFrame(buffer: AtomicBuffer, offset: number, length: number, address: string, port: number): boolean {
    let isLost = false;
    for (const generator of this.#all) {
      isLost = generator.shouldDropFrame(buffer, offset, length, address, port) || isLost;
    }
    return isLost;
  }
}

/** Loses only frames of some types: one bit for each. */
class MaskedLossGenerator implements LossGenerator {
  readonly #generator: RandomLossGenerator;
  readonly #mask: number;

  constructor(generator: RandomLossGenerator, mask: number) {
    this.#generator = generator;
    this.#mask = mask;
  }

  shouldDropFrame(buffer: AtomicBuffer, offset: number): boolean {
    const type = buffer.getUint16(offset + FRAME_HEADER_TYPE_OFFSET);
    return type < 32 && (this.#mask & (1 << type)) !== 0 && this.#generator.shouldDropFrame();
  }
}

/** Reads `key=value|key=value`; the mask is hexadecimal. */
function parseArgs(name: string, text: string | undefined, keys: readonly string[]): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const pair of (text ?? '').split('|').filter((part) => part !== '')) {
    const [key = '', value = ''] = pair.split('=', 2);
    const number = key === 'recv-msg-mask' ? Number.parseInt(value, 16) : Number(value);
    if (!keys.includes(key) || value.trim() === '' || !Number.isFinite(number)) {
      throw new ConfigurationError(
        `invalid arguments of interceptor ${name}: ${pair} (${keys.join(', ')} are expected)`,
      );
    }
    values.set(key, number);
  }
  return values;
}

function required<const Keys extends readonly string[]>(
  name: string,
  values: ReadonlyMap<string, number>,
  keys: Keys,
): { -readonly [I in keyof Keys]: number } {
  const found = keys.map((key) => {
    const value = values.get(key);
    if (value === undefined) {
      throw new ConfigurationError(`interceptor ${name} lacks an argument: ${key}`);
    }
    return value;
  });
  return found as { -readonly [I in keyof Keys]: number };
}
