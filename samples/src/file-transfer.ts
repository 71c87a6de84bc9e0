// SPDX-License-Identifier: Apache-2.0
/**
 * Moves a file to another process through a media driver, over shared memory and then over UDP, and proves that it arrived.
 * `npm start -- FILE` for another file than the running Node executable.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
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
import { describeFailure } from './support/program.ts';

const USAGE = 'usage: npm start -- [FILE]';
const FAILED = 1;
const BAD_USAGE = 2;
/** What shells report for a program that Ctrl-C ended. */
const INTERRUPTED = 130;

interface Job {
  readonly aeron: Aeron;
  readonly reports: Subscription;
  readonly path: string;
  readonly handle: FileHandle;
  /** Bytes. */
  readonly length: number;
  /** Aborted when the transfer cannot go on. */
  readonly signal: AbortSignal;
}

/** The reason of a transfer that a person or the system ended, or whose reader has gone. */
class Interruption extends Error {}

process.exitCode = await main(process.argv.slice(2));

async function main([file = process.execPath, ...rest]: string[]): Promise<number> {
  if (file.startsWith('-') || rest.length > 0) {
    console.error(USAGE);
    return BAD_USAGE;
  }
  const path = resolve(file);
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => error);
  if (handle instanceof Error) {
    console.error(`cannot read the file: ${path} (${handle.code})`);
    return BAD_USAGE;
  }
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) {
      console.error(`not a file: ${path}`);
      return BAD_USAGE;
    }
    return await runDriverAndTransfer(path, handle, facts.size);
  } finally {
    await handle.close();
  }
}

async function runDriverAndTransfer(path: string, handle: FileHandle, length: number): Promise<number> {
  const stopping = new AbortController();
  abortWhenInterrupted(stopping);
  try {
    await using driver = await MediaDriver.launchEmbedded();
    console.log(`media driver in ${driver.aeronDirectoryName}`);
    await using aeron = await Aeron.connect({ aeronDirectoryName: driver.aeronDirectoryName });
    const reports = await aeron.addSubscription(IPC_CHANNEL, STREAMS.report);
    const receiver = startReceiver(driver.aeronDirectoryName, stopping);
    try {
      return await transferOverAllRoutes({ aeron, reports, path, handle, length, signal: stopping.signal });
    } finally {
      receiver.removeAllListeners('exit').kill();
    }
  } catch (error) {
    if (error instanceof Interruption) {
      return INTERRUPTED;
    }
    console.error(`file-transfer: ${describeFailure(error)}`);
    return FAILED;
  }
}

/** Ctrl-C and its like end the transfer in order, so that no files stay behind in shared memory; the second time, at once. */
function abortWhenInterrupted(stopping: AbortController): void {
  const interrupt = (): void => stopping.abort(new Interruption());
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  process.stdout.on('error', interrupt); // as when piped into `head`
}

async function transferOverAllRoutes(job: Job): Promise<number> {
  let failures = 0;
  for (const route of ROUTES) {
    failures += (await transfer(job, route)) ? 0 : 1;
  }
  return failures === 0 ? 0 : 1;
}

/** @returns whether the file arrived intact. */
async function transfer(job: Job, route: Route): Promise<boolean> {
  const { aeron, path, length, signal } = job;
  const ready = await nextReport<Ready>(job);
  const files = await aeron.addExclusivePublication(ready.fileChannel, STREAMS.file);
  const pings = await aeron.addExclusivePublication(ready.pingChannel, STREAMS.ping);
  const pongs = await listen(aeron, route, STREAMS.pong);

  console.log(`\n${route}: sending ${path} (${length} bytes) to another process over ${ready.fileChannel}`);
  const startMs = performance.now();
  const sentSha256 = await sendFile(files, { ...job, pongChannel: pongs.channel }, signal);
  const report = await nextReport<FileReport>(job);
  const seconds = (performance.now() - startMs) / 1000;
  const mebibytes = length / 1024 / 1024;
  console.log(`${mebibytes.toFixed(1)} MiB in ${seconds.toFixed(2)} s: ${(mebibytes / seconds).toFixed(0)} MiB/s`);

  await pongs.subscription.waitForConnection({ timeoutMs: PEER_TIMEOUT_MS, signal });
  console.log(describeRoundTrips(await measureRoundTrips(pings, pongs.subscription, route, signal)));
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

async function nextReport<T>({ reports, signal }: Job): Promise<T> {
  const ending = AbortSignal.any([signal, AbortSignal.timeout(PEER_TIMEOUT_MS)]);
  for await (const message of reports.messages({ signal: ending })) {
    return JSON.parse(message.text()) as T;
  }
  throw new Error('the receiver closed its stream without a report');
}

function startReceiver(aeronDirectoryName: string, stopping: AbortController): ChildProcess {
  const script = fileURLToPath(new URL('./file-transfer-receiver.js', import.meta.url));
  const receiver = spawn(process.execPath, [script, aeronDirectoryName], { stdio: ['pipe', 'inherit', 'inherit'] });
  receiver.once('error', (error) => stopping.abort(error));
  receiver.once('exit', (code, signal) => {
    if (code !== 0) {
      stopping.abort(new Error(`the receiving process ended early: ${signal ?? `status ${code}`}`));
    }
  });
  return receiver;
}
