// SPDX-License-Identifier: Apache-2.0
/** Rules between the settings of the network, and values that follow from several of them. Pure. */
import { formatDurationNs, formatSize, type SettingsConfig, type SettingsRule } from '@aeron/core/internal';
import { hostAndPortProblem } from './checks.ts';
import type { namingSettings } from './naming-settings.ts';
import type { publicationSettings } from './publication-settings.ts';
import type { strategySettings } from './strategy-settings.ts';
import type { subscriptionSettings } from './subscription-settings.ts';

/** Neighbours that a resolver can be told of at start. */
export const MAX_BOOTSTRAP_NEIGHBORS = 20;

type NamingConfig = SettingsConfig<typeof namingSettings>;
type StrategyConfig = SettingsConfig<typeof strategySettings>;
type SubscriptionConfig = SettingsConfig<typeof subscriptionSettings>;
type NetworkConfig = NamingConfig & SubscriptionConfig & Pick<SettingsConfig<typeof publicationSettings>, 'mtuLength'>;

export const NETWORK_RULES: readonly SettingsRule<NetworkConfig>[] = [
  ['MTU fits the initial window', mtuInWindow],
  ['NAK retry delay', nakRetryDelay],
  ['name resolver', resolverSettings],
  ['bootstrap neighbours', bootstrapNeighbors],
];

/** Which resolver the settings ask for: an interface for gossip is asking for gossip. */
export function nameResolverKind({
  nameResolverSupplier,
  resolverInterface,
}: Pick<NamingConfig, 'nameResolverSupplier' | 'resolverInterface'>): NamingConfig['nameResolverSupplier'] {
  return nameResolverSupplier === 'default' && resolverInterface !== undefined ? 'driver' : nameResolverSupplier;
}

/** The tag that status messages carry, or undefined. */
export function receiverGroupTag({
  receiverGroupTag: tag,
  applicationSpecificFeedback,
}: Pick<SubscriptionConfig, 'receiverGroupTag' | 'applicationSpecificFeedback'>): bigint | undefined {
  return tag ?? tagFromBytes(applicationSpecificFeedback);
}

/** The tag that tagged flow control looks for. */
export function flowControlGroupTag({
  flowControlGroupTag: tag,
  preferredMulticastFlowControlAsf,
}: Pick<StrategyConfig, 'flowControlGroupTag' | 'preferredMulticastFlowControlAsf'>): bigint {
  return tag ?? tagFromBytes(preferredMulticastFlowControlAsf) ?? -1n;
}

/** The strategy of streams to a group whose channel does not say. */
export function multicastFlowControlStrategy({
  multicastFlowControlSupplier,
  multicastFlowControlStrategy: strategy,
}: Pick<
  StrategyConfig,
  'multicastFlowControlSupplier' | 'multicastFlowControlStrategy'
>): StrategyConfig['multicastFlowControlStrategy'] {
  return multicastFlowControlSupplier === 'default' ? strategy : multicastFlowControlSupplier;
}

/** Hexadecimal digits of a little-endian int64. */
function tagFromBytes(text: string | undefined): bigint | undefined {
  if (text === undefined || text === '') {
    return undefined;
  }
  const bytes = text.match(/../g) ?? [];
  return BigInt.asIntN(64, BigInt(`0x${bytes.reverse().join('')}`));
}

function mtuInWindow({ mtuLength, initialWindowLength }: NetworkConfig): string | undefined {
  return mtuLength <= initialWindowLength
    ? undefined
    : `aeron.mtu.length=${formatSize(mtuLength)} must not exceed ` +
        `aeron.rcv.initial.window.length=${formatSize(initialWindowLength)}`;
}

function nakRetryDelay({ nakUnicastDelayNs, nakUnicastRetryDelayRatio }: NetworkConfig): string | undefined {
  return nakUnicastDelayNs * nakUnicastRetryDelayRatio < 2 ** 63
    ? undefined
    : `aeron.nak.unicast.delay=${formatDurationNs(nakUnicastDelayNs)} times ` +
        `aeron.nak.unicast.retry.delay.ratio=${nakUnicastRetryDelayRatio} is no 64-bit number`;
}

function resolverSettings(config: NetworkConfig): string | undefined {
  const { resolverName = '', resolverInterface, nameResolverInitArgs } = config;
  switch (nameResolverKind(config)) {
    case 'default':
      return undefined;
    case 'csv_table':
      return nameResolverInitArgs === undefined ? 'csv_table needs aeron.name.resolver.init.args' : undefined;
    case 'driver':
      if (resolverInterface === undefined) {
        return 'driver needs aeron.driver.resolver.interface';
      }
      return resolverName === ''
        ? 'aeron.driver.resolver.name is required with aeron.driver.resolver.interface'
        : undefined;
  }
}

function bootstrapNeighbors({ resolverBootstrapNeighbor }: NetworkConfig): string | undefined {
  const count = resolverBootstrapNeighbor.length;
  if (count > MAX_BOOTSTRAP_NEIGHBORS) {
    return `aeron.driver.resolver.bootstrap.neighbor has ${count} neighbours, at most ${MAX_BOOTSTRAP_NEIGHBORS}`;
  }
  const wrong = resolverBootstrapNeighbor.find((neighbor) => hostAndPortProblem(neighbor) !== undefined);
  return wrong === undefined ? undefined : `expected host:port: aeron.driver.resolver.bootstrap.neighbor=${wrong}`;
}
