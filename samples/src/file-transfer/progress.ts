// SPDX-License-Identifier: Apache-2.0
/** Shows how far a transfer is: a bar on a terminal, plain lines elsewhere. */
import { Presets, SingleBar } from 'cli-progress';

const LINE_INTERVAL_MS = 500;
const MEBIBYTE = 1024 * 1024;

export interface Progress {
  update(transferredLength: number): void;
  stop(): void;
}

/** @param length bytes in all. */
export function showProgress(length: number, isTerminal: boolean): Progress {
  const startMs = performance.now();
  const rate = (transferred: number): string => {
    const seconds = Math.max(performance.now() - startMs, 1) / 1000;
    return `${(transferred / MEBIBYTE / seconds).toFixed(0)} MiB/s`;
  };
  return isTerminal ? bar(length, rate) : lines(length, rate);
}

function bar(length: number, rate: (transferred: number) => string): Progress {
  const single = new SingleBar(
    { format: '{bar} {percentage} % | {megabytes} of {totalMegabytes} MiB | {rate}', hideCursor: true, fps: 20 },
    Presets.shades_classic,
  );
  const payload = (transferred: number) => ({
    megabytes: (transferred / MEBIBYTE).toFixed(1),
    totalMegabytes: (length / MEBIBYTE).toFixed(1),
    rate: rate(transferred),
  });
  single.start(length, 0, payload(0));
  let last = 0;
  return {
    update: (transferred) => {
      last = transferred;
      single.update(transferred, payload(transferred));
    },
    stop: () => {
      single.update(last, payload(last));
      single.stop();
    },
  };
}

function lines(length: number, rate: (transferred: number) => string): Progress {
  let nextMs = performance.now() + LINE_INTERVAL_MS;
  return {
    update: (transferred) => {
      if (performance.now() >= nextMs || transferred === length) {
        nextMs = performance.now() + LINE_INTERVAL_MS;
        const percent = length === 0 ? 100 : Math.floor((transferred * 100) / length);
        console.log(`${percent} % of ${(length / MEBIBYTE).toFixed(1)} MiB, ${rate(transferred)}`);
      }
    },
    stop: () => undefined,
  };
}
