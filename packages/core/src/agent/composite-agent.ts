// SPDX-License-Identifier: Apache-2.0
/**
 * Several agents as one: a duty cycle of it is one of each, in order. When one throws, the next duty cycle starts behind it,
 * so that an agent that always fails does not keep the others from working.
 *
 * @source agrona/CompositeAgent, aeron-driver/FixedNameCompositeAgent
 */
import { assert } from '../errors/assert.ts';
import type { Agent } from './agent.ts';

export class CompositeAgent implements Agent {
  readonly roleName: string;
  readonly #agents: readonly Agent[];
  #nextIndex = 0;

  /** @param roleName `[a,b]` of the parts' names when left out. */
  constructor(agents: readonly Agent[], roleName?: string) {
    assert(agents.length > 0, 'a composite agent needs at least one agent: count=0');
    this.#agents = agents.slice();
    this.roleName = roleName ?? `[${agents.map((agent) => agent.roleName).join(',')}]`;
  }

  /** Whether all of them are. */
  get isDormant(): boolean {
    return this.#agents.every((agent) => agent.isDormant === true);
  }

  /** Whether any of them has. */
  hasNews(): boolean {
    const agents = this.#agents;
    for (let i = 0; i < agents.length; i++) {
      if (agents[i]?.hasNews?.() !== false) {
        return true;
      }
    }
    return false;
  }

  onRested(): void {
    for (const agent of this.#agents) {
      agent.onRested?.();
    }
  }

  /** @throws AggregateError of all that failed, after all were started. */
  onStart(): void {
    this.#forAll('start', (agent) => agent.onStart?.());
  }

  doWork(): number {
    let workCount = 0;
    while (this.#nextIndex < this.#agents.length) {
      const agent = this.#agents[this.#nextIndex++] as Agent;
      workCount += agent.doWork();
    }
    this.#nextIndex = 0;
    return workCount;
  }

  /** @throws AggregateError of all that failed, after all were closed. */
  onClose(): void {
    this.#forAll('close', (agent) => agent.onClose?.());
  }

  #forAll(what: string, act: (agent: Agent) => void): void {
    const errors: unknown[] = [];
    for (const agent of this.#agents) {
      try {
        act(agent);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) {
      throw new AggregateError(errors, `agents failed to ${what}: role=${this.roleName} failures=${errors.length}`);
    }
  }
}
