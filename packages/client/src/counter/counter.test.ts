// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { FakeDriver } from '../testing/fake-driver.ts';
import { appendToCounterLabel, setCounterReferenceId, validateCounterTypeId } from './aeron-counters.ts';
import { Counter } from './counter.ts';

function allocate() {
  const { counters } = FakeDriver.started();
  const counterId = counters.allocate('some label', 1001);
  counters.setCounterRegistrationId(counterId, 77);
  return { counters, counterId, counter: Counter.of(counters, counterId) };
}

describe('a counter', () => {
  it('that was found by its id can be changed, and is not freed by closing it', () => {
    const { counters, counterId, counter } = allocate();
    expect(counter).toMatchObject({
      id: counterId,
      registrationId: 77,
      registrationIdBigInt: 77n,
      isClientOwned: false,
      state: 1,
      label: 'some label',
      isClosed: false,
    });
    counter.set(5);
    expect([counter.get(), counter.getPlain(), counter.getBigInt()]).toEqual([5, 5, 5n]);
    expect([counter.increment(), counter.decrement(), counter.getAndAdd(10)]).toEqual([5, 6, 5]);
    expect([counter.incrementRelease(), counter.getAndAddRelease(4)]).toEqual([15, 16]);
    expect([counter.compareAndSet(20, 1), counter.compareAndSet(20, 2)]).toEqual([true, false]);
    expect([counter.proposeMax(9), counter.proposeMax(8)]).toEqual([true, false]);
    counter.setPlain(-3);
    expect(counters.getCounterValue(counterId)).toBe(-3);
    counter.setBigInt(2n ** 62n);
    expect(counter.getBigInt()).toBe(2n ** 62n);
    counter.close();
    expect(counters.getCounterState(counterId)).toBe(1);
    expect(() => Counter.of(counters, counterId + 1)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('has a label that can be replaced and extended, up to its room', () => {
    const { counters, counterId, counter } = allocate();
    expect(counter.appendToLabel(' and more ü')).toBe(11);
    expect(counters.getCounterLabel(counterId)).toBe('some label and more ?');
    counter.updateLabel('x'.repeat(500));
    expect(counter.label).toBe('x'.repeat(380));
    expect(counter.appendToLabel('y')).toBe(0);
    expect(inspect(counter)).toMatch(/^Counter\{id=\d+ registrationId=77 isClosed=false value=0 label=x+\}$/);
  });

  it('refuses every use after close', () => {
    const { counter } = allocate();
    counter[Symbol.dispose]();
    counter.close();
    const uses: (() => unknown)[] = [
      () => counter.get(),
      () => counter.set(1),
      () => counter.increment(),
      () => counter.label,
      () => counter.state,
      () => counter.updateLabel('x'),
      () => counter.setReferenceId(1),
    ];
    for (const use of uses) {
      expect(use).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    }
    expect(inspect(counter)).toBe(`Counter{id=${counter.id} registrationId=77 isClosed=true}`);
  });
});

describe('helps with counters', () => {
  it('check a type, extend a label, set a reference', () => {
    const { counters, counterId, counter } = allocate();
    validateCounterTypeId(counters, counterId, 1001);
    expect(() => validateCounterTypeId(counters, counterId, 1002)).toThrow('typeId=1001 expected=1002');
    expect(appendToCounterLabel(counters, counterId, '!')).toBe(1);
    expect(counter.label).toBe('some label!');
    expect(appendToCounterLabel(counters, counterId + 1, '!')).toBe(0);
    setCounterReferenceId(counters, counterId, 4711);
    expect(counters.getCounterReferenceId(counterId)).toBe(4711);
    counter.setReferenceId(2n ** 63n - 1n);
    expect(counters.getCounterReferenceIdBigInt(counterId)).toBe(2n ** 63n - 1n);
    expect(() => counter.setReferenceId(0.5)).toThrow('referenceId=0.5');
    expect(() => setCounterReferenceId(counters, 1e6, 1)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});
