// SPDX-License-Identifier: Apache-2.0
/**
 * Moves a file to another process through a media driver and proves that it arrived. `npm start -- FILE` for another file
 * than the running Node executable.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Aeron, type ExclusivePublication } from '@aeron/client';
import { MediaDriver } from '@aeron/driver';
import { showProgress } from './file-transfer/progress.ts';
import { CHANNEL, type FileOffer, type FileReport, PEER_TIMEOUT_MS, STREAMS } from './file-transfer/protocol.ts';
import { describeRoundTrips, measureRoundTrips } from './file-transfer/round-trips.ts';

const CHUNK_LENGTH = 256 * 1024;

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
  const receiver = startReceiver(driver.aeronDirectoryName);
  try {
    return await Promise.race([transfer(aeron, path, facts.size), failureOf(receiver)]);
  } finally {
    receiver.kill();
  }
}

async function transfer(aeron: Aeron, path: string, length: number): Promise<number> {
  const files = await aeron.addExclusivePublication(CHANNEL, STREAMS.file);
  const reports = await aeron.addSubscription(CHANNEL, STREAMS.report);
  const pings = await aeron.addExclusivePublication(CHANNEL, STREAMS.ping);
  const pongs = await aeron.addSubscription(CHANNEL, STREAMS.pong);
  await reports.waitForConnection({ timeoutMs: PEER_TIMEOUT_MS });
  await pongs.waitForConnection({ timeoutMs: PEER_TIMEOUT_MS });

  console.log(`sending ${path} (${length} bytes) over ${CHANNEL} to process of its own`);
  const startMs = performance.now();
  const sentSha256 = await sendFile(files, path, length);
  const report = await receiveReport(reports);
  const seconds = (performance.now() - startMs) / 1000;
  const megabytes = length / 1024 / 1024;
  console.log(`${megabytes.toFixed(1)} MiB in ${seconds.toFixed(2)} s: ${(megabytes / seconds).toFixed(0)} MiB/s`);

  console.log(describeRoundTrips(await measureRoundTrips(pings, pongs)));
  console.log(`sent     sha256 ${sentSha256}`);
  console.log(`received sha256 ${report.sha256}`);
  const isIntact = report.sha256 === sentSha256 && report.length === length;
  console.log(
    isIntact ? 'The file arrived intact.' : `The file did NOT arrive intact: received ${report.length} bytes.`,
  );
  return isIntact ? 0 : 1;
}

/** @returns the SHA-256 of what was sent. */
async function sendFile(publication: ExclusivePublication, path: string, length: number): Promise<string> {
  const offer: FileOffer = { name: basename(path), length };
  await publication.offerAsync(JSON.stringify(offer), { timeoutMs: PEER_TIMEOUT_MS });
  const progress = showProgress(length, process.stdout.isTTY === true);
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_LENGTH);
  await using file = await open(path, 'r');
  for (let position = 0; position < length; ) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(CHUNK_LENGTH, length - position), position);
    if (bytesRead === 0) {
      throw new Error(`the file became shorter while it was read: ${path}`);
    }
    const part = chunk.subarray(0, bytesRead);
    hash.update(part);
    await publication.offerAsync(part, { timeoutMs: PEER_TIMEOUT_MS });
    position += bytesRead;
    progress.update(position);
  }
  progress.stop();
  return hash.digest('hex');
}

async function receiveReport(subscription: Awaited<ReturnType<Aeron['addSubscription']>>): Promise<FileReport> {
  const signal = AbortSignal.timeout(PEER_TIMEOUT_MS);
  for await (const message of subscription.messages({ signal })) {
    return JSON.parse(message.text()) as FileReport;
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
