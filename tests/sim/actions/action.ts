// SPDX-License-Identifier: Apache-2.0
/** One kind of thing that can happen in a simulation. */
import type { ClientNode } from '../nodes/client-node.ts';
import type { Simulation } from '../simulation.ts';

export interface Action {
  readonly name: string;
  /** How often, in proportion to the others. */
  readonly weight: number;
  /** @returns what was done, for the trace; undefined when there was nothing that it could have been done to. */
  run(simulation: Simulation): string | undefined | Promise<string | undefined>;
}

/** An action of one live client, picked at random. */
export function clientAction(
  name: string,
  weight: number,
  run: (client: ClientNode, simulation: Simulation) => string | undefined,
): Action {
  return {
    name,
    weight,
    run: (simulation) => {
      const live = simulation.clients.filter(({ state }) => state === 'live');
      if (live.length === 0) {
        return undefined;
      }
      const client = simulation.world.random.pick(live);
      const what = run(client, simulation);
      return what === undefined ? undefined : `${client.name}: ${what}`;
    },
  };
}
