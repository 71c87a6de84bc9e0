// SPDX-License-Identifier: Apache-2.0
/**
 * The agents of a driver, each made in the thread that will poll it, and their order where they share one: of their duty cycles
 * and of their closing.
 */
import type { Agent } from '@aeron/core/internal';
import { type DriverQueues, ThreadLocalQueues } from './agents/driver-queues.ts';
import { createConductor } from './conductor/create-conductor.ts';
import { receiverConfig, senderConfig } from './config/agent-configs.ts';
import type { AgentResources, DriverResources } from './driver-resources.ts';
import { receiveEndpointLoss, sendEndpointLoss } from './loss/endpoint-loss.ts';
import { Receiver } from './receiver/receiver.ts';
import { createNativeResourceAgent } from './resources/create-native-resource-agent.ts';
import { Sender } from './sender/sender.ts';

/** The agents beside the conductor. */
export type AgentRole = 'sender' | 'receiver' | 'native';

/** Agents that share one thread with the conductor. @source aeron-driver/MediaDriver */
export function createDriverAgents(resources: DriverResources): readonly Agent[] {
  const queues = new ThreadLocalQueues();
  return [
    createAgent('sender', resources, queues),
    createAgent('receiver', resources, queues),
    createAgent('native', resources, queues),
    createConductor(resources, queues),
  ];
}

export function createAgent(role: AgentRole, resources: AgentResources, queues: DriverQueues): Agent {
  switch (role) {
    case 'sender':
      return createSender(resources, queues);
    case 'receiver':
      return createReceiver(resources, queues);
    case 'native':
      return createNativeResourceAgent(resources, queues);
  }
}

function createSender(resources: AgentResources, queues: DriverQueues): Sender {
  const { config, platform, suppliers } = resources;
  return new Sender(
    {
      ...networkPorts(resources),
      endpointLoss: suppliers.sendEndpointLoss ?? sendEndpointLoss(config, () => platform.host.randomInt32()),
      flowControlSupplier: suppliers.flowControl,
      inbox: queues.inbox('to-sender'),
      conductor: queues.proxy('from-sender'),
      config: senderConfig(config),
    },
    config.threadNaming === 'new' ? 'aeron-md-snd' : 'sender',
  );
}

function createReceiver(resources: AgentResources, queues: DriverQueues): Receiver {
  const { config, platform, suppliers } = resources;
  return new Receiver(
    {
      ...networkPorts(resources),
      endpointLoss: suppliers.receiveEndpointLoss ?? receiveEndpointLoss(config, () => platform.host.randomInt32()),
      inbox: queues.inbox('to-receiver'),
      conductor: queues.proxy('from-receiver'),
      config: receiverConfig(config),
    },
    config.threadNaming === 'new' ? 'aeron-md-rcv' : 'receiver',
  );
}

function networkPorts({ platform, counters, stateMemory, onReadable, events }: AgentResources) {
  const { clock, datagrams, mapper } = platform;
  return { clock, datagrams, mapper, counterValues: counters.valuesBuffer, stateMemory, onReadable, events };
}
