// SPDX-License-Identifier: Apache-2.0
/** What every implementation of the diagnostics port must do. */
import { type MakeSubject, withSubject } from './subjects.ts';

export function diagnosticsConformance(name: string, make: MakeSubject): void {
  describe(`diagnostics: ${name}`, () => {
    const test = withSubject(make);

    test('tells subscribers what is published, as the very object, in order', ({ platform: { diagnostics } }) => {
      const heard: unknown[] = [];
      const channel = diagnostics.channel('aeron:conformance:heard');
      const unsubscribe = diagnostics.subscribe('aeron:conformance:heard', (message) => heard.push(message));
      const [first, second] = [{}, {}];
      channel.publish(first);
      diagnostics.channel('aeron:conformance:heard').publish(second);
      unsubscribe();
      channel.publish({});
      expect(heard).toHaveLength(2);
      expect(heard[0]).toBe(first);
      expect(heard[1]).toBe(second);
    });

    test('knows whether anybody listens', ({ platform: { diagnostics } }) => {
      const channel = diagnostics.channel('aeron:conformance:subscribers');
      expect(channel.hasSubscribers).toBe(false);
      const ends = [1, 2].map(() => diagnostics.subscribe('aeron:conformance:subscribers', () => undefined));
      expect(channel.hasSubscribers).toBe(true);
      ends[0]?.();
      ends[0]?.();
      expect(channel.hasSubscribers).toBe(true);
      ends[1]?.();
      expect(channel.hasSubscribers).toBe(false);
    });

    test('keeps channels apart', ({ platform: { diagnostics } }) => {
      const heard: unknown[] = [];
      const unsubscribe = diagnostics.subscribe('aeron:conformance:one', (message) => heard.push(message));
      diagnostics.channel('aeron:conformance:other').publish('not for one');
      unsubscribe();
      expect(heard).toEqual([]);
    });
  });
}
