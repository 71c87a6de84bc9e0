// SPDX-License-Identifier: Apache-2.0
/**
 * The agents of a driver that run in one thread, in the order of their duty cycles and of their closing, with the queues
 * between them. Where agents get threads of their own, the same agents are made there with rings for queues.
 */
import type { Agent } from '@aeron/core/internal';
import { ThreadLocalQueue } from './agents/agent-queue.ts';
import { createConductor } from './conductor/create-conductor.ts';
import type { DriverResources } from './driver-resources.ts';
import { createNativeResourceAgent } from './resources/create-native-resource-agent.ts';
import type { NativeResourceAnswer, NativeResourceCommand } from './resources/native-resource-commands.ts';

/** @source aeron-driver/MediaDriver */
export function createDriverAgents(resources: DriverResources): readonly Agent[] {
  const commands = new ThreadLocalQueue<NativeResourceCommand>();
  const answers = new ThreadLocalQueue<NativeResourceAnswer>();
  return [
    createNativeResourceAgent(resources, { commands, answers }),
    createConductor(resources, { commands, answers }),
  ];
}
