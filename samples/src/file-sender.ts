// SPDX-License-Identifier: Apache-2.0
/**
 * Sends a file, a chunk in each message, straight from the file into the log. Start file-receiver before.
 *
 * @source aeron-samples/FileSender
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { AtomicBuffer, BufferClaim, createIdleStrategy, NOT_CONNECTED, type Publication } from '@aeron/client';
import { CONTENT_OFFSET, encodeChunkHead, encodeCreate } from './files/file-messages.ts';
import { parseOptions, type SampleOptions } from './options/parse-options.ts';
import { busyLoop, DONE } from './support/busy-loop.ts';
import { connect } from './support/connect.ts';
import { linger } from './support/linger.ts';
import { checkRetryable } from './support/offer.ts';
import { runProgram } from './support/program.ts';

const CREATE_LENGTH_MAX = 1024;

interface OpenFile {
  readonly path: string;
  readonly descriptor: number;
  /** Bytes. */
  readonly length: number;
}

await runProgram('file-sender', async (interruption) => {
  const options = parseOptions({
    name: 'file-sender',
    description: 'Sends a file.',
    options: ['channel', 'streamId', 'linger'],
    operand: { usage: '<file>', doc: 'the file to send' },
    defaults: { 'aeron.sample.idleStrategy': 'sleep-ms' },
  });
  const { channel, streamId } = options.settings;
  const path = options.operands[0] ?? '';
  const descriptor = openSync(path, 'r');
  try {
    const file = { path, descriptor, length: fstatSync(descriptor).size };
    await using session = await connect(options, interruption);
    const { aeron, stopping } = session;
    const publication = await aeron.addExclusivePublication(channel, streamId, { signal: stopping });
    const correlationId = BigInt(aeron.nextCorrelationId());
    console.log(`Sending ${path} (${file.length} bytes) to ${channel} on stream id ${streamId}`);
    await send(publication, file, { correlationId, options, stopping });
    console.log('Done sending.');
    await linger(options.settings, stopping);
  } finally {
    closeSync(descriptor);
  }
});

interface Sending {
  readonly correlationId: bigint;
  readonly options: SampleOptions;
  readonly stopping: AbortSignal;
}

async function send(publication: Publication, file: OpenFile, { correlationId, options, stopping }: Sending) {
  const announcement = AtomicBuffer.allocate(CREATE_LENGTH_MAX);
  const announcementLength = encodeCreate(announcement, correlationId, file.length, basename(file.path));
  const claim = new BufferClaim();
  const chunkLengthMax = publication.maxPayloadLength - CONTENT_OFFSET;
  let isAnnounced = false;
  let position = 0;
  await busyLoop(
    () => {
      if (!isAnnounced) {
        isAnnounced = publication.isConnected && isTaken(publication.offer(announcement, 0, announcementLength));
        return isAnnounced ? 1 : 0;
      }
      if (position === file.length) {
        return DONE;
      }
      const length = Math.min(chunkLengthMax, file.length - position);
      if (!isTaken(publication.tryClaim(CONTENT_OFFSET + length, claim))) {
        return 0;
      }
      fillChunk(claim, file, correlationId, { position, length });
      position += length;
      return 1;
    },
    createIdleStrategy(options.settings.idleStrategy),
    stopping,
  );
}

function isTaken(result: number): boolean {
  if (result === NOT_CONNECTED) {
    throw new Error('the receiver is no longer there');
  }
  if (result < 0) {
    checkRetryable(result);
  }
  return result > 0;
}

/** @throws Error when the file can't give what it had; nothing of the chunk is sent then. */
function fillChunk(
  claim: BufferClaim,
  file: OpenFile,
  correlationId: bigint,
  chunk: { readonly position: number; readonly length: number },
): void {
  const { buffer, offset } = claim;
  try {
    encodeChunkHead(buffer, offset, correlationId, chunk);
    const content = buffer.subarray(offset + CONTENT_OFFSET, chunk.length);
    for (let read = 0; read < chunk.length; ) {
      const count = readSync(file.descriptor, content, read, chunk.length - read, chunk.position + read);
      if (count === 0) {
        throw new Error(`the file became shorter while it was read: ${file.path}`);
      }
      read += count;
    }
  } catch (error) {
    claim.abort(); // what is claimed and never finished blocks the stream
    throw error;
  }
  claim.commit();
}
