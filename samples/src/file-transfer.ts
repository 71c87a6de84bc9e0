// SPDX-License-Identifier: Apache-2.0
/**
 * Moves a file to another process through a media driver, over shared memory and then over UDP, and proves that it arrived.
 * `npm start -- FILE` for another file than the running Node executable.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Aeron, type Subscription } from '@aeron/client';
import { MediaDriver } from '@aeron/driver';
import { listen } from './file-transfer/listen.ts';
import {
  type FileReport,
  IPC_CHANNEL,
  PEER_TIMEOUT_MS,
  type Ready,
  ROUTES,
  type Route,
  STREAMS,
} from './file-transfer/protocol.ts';
import { describeRoundTrips, measureRoundTrips } from './file-transfer/round-trips.ts';
import { sendFile } from './file-transfer/send-file.ts';

interface Job {
  readonly aeron: Aeron;
  readonly reports: Subscription;
  readonly path: string;
  /** Bytes. */
  readonly length: number;
}

process.exitCode = await main(process.argv[2] ?? process.execPath);

async function main(file: string): Promise<number> {
  const path = resolve(file);
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (facts instanceof Error || !facts.isFile()) {
    console.error(`not a readable file: ${path}${facts instanceof Error ? ` (${facts.code})` : ''}`);
    return 2;
  }
  await using driver = await MediaDriver.launchEmbedded();
  console.log(`media driver in ${driver.aeronDirectoryName}`);
  await using aeron = await Aeron.connect({ aeronDirectoryName: driver.aeronDirectoryName });
  const reports = await aeron.addSubscription(IPC_CHANNEL, STREAMS.report);
  const receiver = startReceiver(driver.aeronDirectoryName);
  try {
    const job = { aeron, reports, path, length: facts.size };
    return await Promise.race([transferOverAllRoutes(job), failureOf(receiver)]);
  } finally {
    receiver.kill();
  }
}

async function transferOverAllRoutes(job: Job): Promise<number> {
  let failures = 0;
  for (const route of ROUTES) {
    failures += (await transfer(job, route)) ? 0 : 1;
  }
  return failures === 0 ? 0 : 1;
}

/** @returns whether the file arrived intact. */
async function transfer({ aeron, reports, path, length }: Job, route: Route): Promise<boolean> {
  const ready = await nextReport<Ready>(reports);
  const files = await aeron.addExclusivePublication(ready.fileChannel, STREAMS.file);
  const pings = await aeron.addExclusivePublication(ready.pingChannel, STREAMS.ping);
  const pongs = await listen(aeron, route, STREAMS.pong);

  console.log(`\n${route}: sending ${path} (${length} bytes) to another process over ${ready.fileChannel}`);
  const startMs = performance.now();
  const sentSha256 = await sendFile(files, { path, length, pongChannel: pongs.channel });
  const report = await nextReport<FileReport>(reports);
  const seconds = (performance.now() - startMs) / 1000;
  const mebibytes = length / 1024 / 1024;
  console.log(`${mebibytes.toFixed(1)} MiB in ${seconds.toFixed(2)} s: ${(mebibytes / seconds).toFixed(0)} MiB/s`);

  await pongs.subscription.waitForConnection({ timeoutMs: PEER_TIMEOUT_MS });
  console.log(describeRoundTrips(await measureRoundTrips(pings, pongs.subscription, route)));
  console.log(`sent     sha256 ${sentSha256}`);
  console.log(`received sha256 ${report.sha256}`);
  const isIntact = report.sha256 === sentSha256 && report.length === length;
  console.log(
    isIntact ? 'The file arrived intact.' : `The file did NOT arrive intact: received ${report.length} bytes.`,
  );
  files.close();
  pings.close();
  pongs.subscription.close();
  return isIntact;
}

async function nextReport<T>(reports: Subscription): Promise<T> {
  for await (const message of reports.messages({ signal: AbortSignal.timeout(PEER_TIMEOUT_MS) })) {
    return JSON.parse(message.text()) as T;
  }
  throw new Error('the receiver closed its stream without a report');
}

function startReceiver(aeronDirectoryName: string): ChildProcess {
  const script = fileURLToPath(new URL('./file-receiver.js', import.meta.url));
  return spawn(process.execPath, [script, aeronDirectoryName], { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Settles only if the receiver fails. */
function failureOf(receiver: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    receiver.once('error', reject);
    receiver.once('exit', (code, signal) => {
      if (code !== 0) {
        reject(new Error(`the receiving process ended early: ${signal ?? `status ${code}`}`));
      }
    });
  });
}
