// SPDX-License-Identifier: Apache-2.0
import { MAX_REPAIR_NS, RepairTime, UNMEASURED_REPAIR_NS } from './repair-time.ts';

const US = 1000;
const MS = 1000 * US;

describe('the time that repairs take', () => {
  it('is the linger of a sender until anything was measured', () => {
    expect(new RepairTime(100 * US).estimateNs).toBe(UNMEASURED_REPAIR_NS);
    expect(new RepairTime(50 * MS).estimateNs).toBe(50 * MS);
  });

  it('comes close to what is measured, slowly where that is shorter, and never falls below what it must not', () => {
    const repairTime = new RepairTime(100 * US);
    repairTime.onRepair(2 * MS);
    expect(repairTime.estimateNs).toBeGreaterThan(9 * MS);
    for (let i = 0; i < 200; i++) {
      repairTime.onRepair(2 * MS);
    }
    expect(repairTime.estimateNs).toBeGreaterThanOrEqual(2 * MS);
    expect(repairTime.estimateNs).toBeLessThan(2.1 * MS);
    for (let i = 0; i < 600; i++) {
      repairTime.onRepair(US);
    }
    expect(repairTime.estimateNs).toBe(100 * US);
  });

  it('is long at once where a repair took long', () => {
    const repairTime = new RepairTime(100 * US);
    repairTime.onRepair(90 * MS);
    expect(repairTime.estimateNs).toBe(100 * MS);
  });

  it('rises above every measured time that varies', () => {
    const repairTime = new RepairTime(100 * US);
    for (let i = 0; i < 1000; i++) {
      repairTime.onRepair(i % 2 === 0 ? 1 * MS : 3 * MS);
    }
    expect(repairTime.estimateNs).toBeGreaterThan(3 * MS);
  });

  it('is hardly moved by frames that were overtaken, of which one in ten was lost', () => {
    const repairTime = new RepairTime(100 * US);
    let shortestNs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 1000; i++) {
      repairTime.onRepair(i % 10 === 0 ? 20 * MS : 1 * MS);
      shortestNs = i < 50 ? shortestNs : Math.min(shortestNs, repairTime.estimateNs);
    }
    expect(shortestNs).toBeGreaterThan(20 * MS);
  });

  it('tells how long others may overtake a frame', () => {
    const repairTime = new RepairTime(100 * US);
    expect(repairTime.reorderingNs).toBe(UNMEASURED_REPAIR_NS / 4);
    repairTime.onRepair(18 * MS);
    expect(repairTime.reorderingNs).toBe((11 * MS + 4 * 2 * MS) / 4);
    repairTime.onRepair(400 * MS);
    expect(repairTime.reorderingNs).toBe(UNMEASURED_REPAIR_NS);
  });

  it('is not taken from a range that was asked for again in vain or not, which only makes it longer until one tells', () => {
    const repairTime = new RepairTime(100 * US);
    for (let i = 0; i < 300; i++) {
      repairTime.onRepair(1 * MS);
    }
    const knownNs = repairTime.estimateNs;
    repairTime.onLateRepair(900 * MS);
    repairTime.onLateRepair(900 * MS);
    expect(repairTime.estimateNs).toBe(4 * knownNs);
    repairTime.onRepair(1 * MS);
    expect(repairTime.estimateNs).toBeLessThan(1.1 * knownNs);
  });

  it('is close to the longest of the first few at once, unless one of them was overtaken', () => {
    const repairTimes = [new RepairTime(100 * US), new RepairTime(100 * US)] as const;
    for (let i = 1; i <= 8; i++) {
      expect(repairTimes[0].estimateNs).toBeGreaterThan(UNMEASURED_REPAIR_NS * 0.99);
      for (const repairTime of repairTimes) {
        repairTime.onRepair(i * 100 * US);
      }
      if (i === 5) {
        repairTimes[1].onOvertaken();
      }
    }
    expect(repairTimes[0].estimateNs).toBe(3 * 800 * US);
    expect(repairTimes[1].estimateNs).toBeGreaterThan(UNMEASURED_REPAIR_NS * 0.8);
  });

  it('leaves no time for frames that were overtaken once many repairs in a row were none', () => {
    const repairTime = new RepairTime(100 * US);
    const repair = (count: number) => {
      for (let i = 0; i < count; i++) {
        repairTime.onRepair(1 * MS);
      }
      return repairTime.reorderingNs;
    };
    expect(repair(63)).toBe(repairTime.estimateNs / 4);
    expect(repair(1)).toBe(0);
    repairTime.onOvertaken();
    expect(repair(63)).toBeGreaterThan(0);
    expect(repair(1)).toBe(0);
    repairTime.onRepair(100 * US); // so soon that it can hardly have been sent again
    expect(repairTime.reorderingNs).toBeGreaterThan(0);
  });

  it('is no longer than the repair that was late took in all', () => {
    const repairTime = new RepairTime(100 * US);
    for (let i = 0; i < 100; i++) {
      repairTime.onLateRepair(12 * MS);
    }
    expect(repairTime.estimateNs).toBe(12 * MS);
    repairTime.onLateRepair(1 * MS);
    expect(repairTime.estimateNs).toBe(12 * MS);
  });

  it('is bounded', () => {
    const repairTime = new RepairTime(100 * US);
    for (let i = 0; i < 100; i++) {
      repairTime.onLateRepair(3600 * 1000 * MS);
    }
    expect(repairTime.estimateNs).toBe(MAX_REPAIR_NS);
  });
});
