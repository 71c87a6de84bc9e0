// SPDX-License-Identifier: Apache-2.0
/** How each thread of a driver idles, and whether the settings of that make sense. Pure. */
import {
  createIdleStrategy,
  type IdleStrategy,
  type IdleStrategyContext,
  type SettingsConfig,
  type SettingsRule,
} from '@aeron/core/internal';
import type { threadSettings } from './thread-settings.ts';

/** A thread by what runs in it; `network` is sender and receiver together, `shared` all agents. */
export type DriverThread = 'conductor' | 'sender' | 'receiver' | 'native' | 'network' | 'shared';

type ThreadConfig = SettingsConfig<typeof threadSettings>;

const NAMES = {
  conductor: 'conductorIdleStrategy',
  sender: 'senderIdleStrategy',
  receiver: 'receiverIdleStrategy',
  native: 'nativeResourceAgentIdleStrategy',
  network: 'sharedNetworkIdleStrategy',
  shared: 'sharedIdleStrategy',
} as const satisfies Readonly<Record<DriverThread, keyof ThreadConfig>>;

/** What the thread does when there is no work. @throws ConfigurationError for arguments that it does not take. */
export function threadIdleStrategy(
  thread: DriverThread,
  config: ThreadConfig,
  controllableStatus: IdleStrategyContext['controllableStatus'],
): IdleStrategy {
  const name = NAMES[thread];
  return createIdleStrategy(config[name], { initArgs: config[`${name}InitArgs`], controllableStatus });
}

/** Each strategy must take its arguments. */
export const IDLE_STRATEGY_RULES: readonly SettingsRule<ThreadConfig>[] = (Object.keys(NAMES) as DriverThread[]).map(
  (thread) => [`idle strategy of the ${thread} thread`, (config) => idleStrategyProblem(thread, config)],
);

function idleStrategyProblem(thread: DriverThread, config: ThreadConfig): string | undefined {
  try {
    threadIdleStrategy(thread, config, { get: () => 0, set: () => undefined });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
