// SPDX-License-Identifier: Apache-2.0
/** What this client has open, by registration id, and the refusals that nobody has asked for yet. No knowledge of the driver. */
import { AeronError } from '@aeron/core';
import type { Counter } from '../counter/counter.ts';
import { Publication } from '../publication/publication.ts';
import { Subscription } from '../subscription/subscription.ts';

export type Resource = Publication | Subscription | Counter;

/** A class of resources. */
export type ResourceClass<R extends Resource> = abstract new (...args: never[]) => R;

export class ResourceMap {
  readonly #resources = new Map<number, Resource>();
  readonly #refusals = new Map<number, Error>();

  get size(): number {
    return this.#resources.size;
  }

  set(registrationId: number, resource: Resource): void {
    this.#resources.set(registrationId, resource);
  }

  /** @returns undefined when there is none, or one of another class. */
  find<R extends Resource>(registrationId: number, resourceClass: ResourceClass<R>): R | undefined {
    const resource = this.#resources.get(registrationId);
    return resource instanceof resourceClass ? resource : undefined;
  }

  /** @throws AeronError INVALID_ARGUMENT when the id belongs to a resource of another class. */
  findOnly<R extends Resource>(registrationId: number, resourceClass: ResourceClass<R>): R | undefined {
    const resource = this.#resources.get(registrationId);
    if (resource === undefined || resource instanceof resourceClass) {
      return resource;
    }
    const facts = `registrationId=${registrationId} found=${resource.constructor.name}`;
    throw new AeronError('INVALID_ARGUMENT', `registration id is not a ${resourceClass.name}: ${facts}`);
  }

  /** @returns whether it was this resource that was there. */
  delete(registrationId: number, resource: Resource): boolean {
    return this.#resources.get(registrationId) === resource && this.#resources.delete(registrationId);
  }

  publications(): Publication[] {
    return this.all().filter((resource) => resource instanceof Publication);
  }

  subscriptions(): Subscription[] {
    return this.all().filter((resource) => resource instanceof Subscription);
  }

  /** In the order in which they were added. */
  all(): Resource[] {
    return [...this.#resources.values()];
  }

  clear(): void {
    this.#resources.clear();
    this.#refusals.clear();
  }

  /** Keeps the refusal of a command that nobody awaits, until it is asked after. */
  refuse(registrationId: number, reason: Error): void {
    this.#refusals.set(registrationId, reason);
  }

  /** The refusal of a command, once. */
  takeRefusal(registrationId: number): Error | undefined {
    const reason = this.#refusals.get(registrationId);
    this.#refusals.delete(registrationId);
    return reason;
  }
}
