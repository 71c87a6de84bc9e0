// SPDX-License-Identifier: Apache-2.0
import { allocationPerCall } from '@aeron/core/testing';
import { NetworkScene } from '../testing/network-scene.ts';

const CALLS = 50_000;

describe('a pass of the conductor allocates nothing', () => {
  it('over publications and an image that rest, commands and answers that do not come', () => {
    const scene = new NetworkScene();
    scene.addPublication('aeron:ipc');
    const publication = scene.publication();
    const image = scene.activeImage(scene.subscription().endpointId);
    publication.state.hasReceivers = true;
    publication.state.hasRequiredReceivers = true;
    scene.driver.settle();
    const { conductor } = scene.driver;
    // The time that the simulation tells is a number of its own.
    const baseLength = allocationPerCall(() => void scene.driver.platform.clock.nanoTime(), CALLS);
    expect(allocationPerCall(() => void conductor.doWork(), CALLS) - baseLength).toBeLessThan(8);
    expect(publication.publisherLimit.get()).toBeGreaterThan(0);
    scene.receive(image, 0);
    scene.driver.settle();
    expect(image.rebuildPosition.get()).toBe(1024);
  });
});
