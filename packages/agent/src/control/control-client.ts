// SPDX-License-Identifier: Apache-2.0
/** Asks the process that serves an Aeron directory to change what it logs, and waits for its answer. */
import { AeronError, isAeronError, type Platform } from '@aeron/core/internal';
import { ControlFile } from './control-file.ts';
import { type ControlAnswer, type ControlRequest, parseAnswer } from './control-messages.ts';

const POLL_INTERVAL_MS = 10;
/** A request that is being written for so long was left behind by its writer. */
const ABANDONED_MS = 1000;

export interface ControlCall {
  readonly platform: Platform;
  readonly aeronDirectory: string;
  readonly timeoutMs: number;
}

/**
 * @throws AeronError AERON when no process that logs events serves the directory; TIMEOUT when it does not answer; CONFIGURATION
 * for another version; INVALID_ARGUMENT with the process's own words when it refuses.
 */
export async function callControl(call: ControlCall, request: ControlRequest): Promise<ControlAnswer> {
  const file = openFile(call);
  try {
    const generation = await send(call, file, JSON.stringify(request));
    const answer = await answerTo(call, file, generation);
    if (answer.problem !== undefined) {
      throw new AeronError('INVALID_ARGUMENT', answer.problem);
    }
    return answer;
  } finally {
    file.close();
  }
}

function openFile({ platform, aeronDirectory }: ControlCall): ControlFile {
  try {
    const file = ControlFile.open(platform, aeronDirectory);
    if (!platform.host.isProcessAlive(file.pid)) {
      const { pid } = file;
      file.close();
      throw new AeronError('AERON', `the process does not run any more: pid=${pid} aeron.dir=${aeronDirectory}`);
    }
    return file;
  } catch (error) {
    if (isAeronError(error, 'FILE_ACCESS')) {
      const advice = 'is its process started with --import @aeron/agent/register?';
      throw new AeronError('AERON', `no process takes commands here: aeron.dir=${aeronDirectory}; ${advice}`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** @returns the generation of the request. */
async function send(call: ControlCall, file: ControlFile, text: string): Promise<number> {
  const { clock } = call.platform;
  const deadlineMs = clock.epochMs() + call.timeoutMs;
  let seen = file.requestGeneration;
  let seenMs = clock.epochMs();
  for (;;) {
    const generation = file.requestGeneration;
    const nowMs = clock.epochMs();
    if (generation !== seen) {
      seen = generation;
      seenMs = nowMs;
    }
    const isWritten = (generation & 1) !== 0;
    const isAnswered = generation === file.answerGeneration;
    const isAbandoned = nowMs - seenMs >= ABANDONED_MS;
    if ((!isWritten && isAnswered) || isAbandoned) {
      const claimed = (generation + (isWritten ? 2 : 1)) | 0;
      if (file.moveRequest(generation, claimed)) {
        file.putRequest(text);
        file.moveRequest(claimed, (claimed + 1) | 0);
        return (claimed + 1) | 0;
      }
    }
    await pause(call, deadlineMs);
  }
}

async function answerTo(call: ControlCall, file: ControlFile, generation: number): Promise<ControlAnswer> {
  const deadlineMs = call.platform.clock.epochMs() + call.timeoutMs;
  while (file.answerGeneration !== generation) {
    if (file.requestGeneration !== generation) {
      throw new AeronError('AERON', 'another command came in between, try again');
    }
    await pause(call, deadlineMs);
  }
  return parseAnswer(file.answer());
}

async function pause({ platform, aeronDirectory, timeoutMs }: ControlCall, deadlineMs: number): Promise<void> {
  if (platform.clock.epochMs() >= deadlineMs) {
    throw new AeronError('TIMEOUT', `no answer in time: aeron.dir=${aeronDirectory} timeoutMs=${timeoutMs}`);
  }
  await new Promise<void>((resolve) => {
    platform.scheduler.after(POLL_INTERVAL_MS, resolve, true);
  });
}
