// SPDX-License-Identifier: Apache-2.0
/**
 * Samples that are several programs in one. Each part runs in a worker thread and connects a client of its own, because a
 * client belongs to the thread that connected it.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { SampleOptions } from '../options/parse-options.ts';
import { connect, launchEmbedded, type Session } from '../support/connect.ts';
import { INTERRUPTED, runProgram } from '../support/program.ts';

/** What one thread does; ends when its work is done or `session.stopping` is aborted. */
export type Part = (session: Session, options: SampleOptions) => Promise<void>;

export interface ThreadedProgram {
  readonly name: string;
  /** Module of the program, which each thread runs: `import.meta.url`. */
  readonly module: string;
  readonly parse: () => SampleOptions;
  /** All run at once; the program ends when the last one has ended. */
  readonly parts: Readonly<Record<string, Part>>;
}

interface PartData {
  readonly part: string;
  readonly options: SampleOptions;
}

/** Runs a program: in the main thread the driver, in every other one the part that the thread was started for. */
export async function runThreads(program: ThreadedProgram): Promise<void> {
  await (isMainThread ? runMain(program) : runPart(program, workerData as PartData));
}

function runMain({ name, module, parse, parts }: ThreadedProgram): Promise<void> {
  return runProgram(name, async (interruption) => {
    const given = parse();
    await using driver = await launchEmbedded(given);
    const options: SampleOptions = { ...given, aeronDirectoryName: driver.aeronDirectoryName };
    const threads = Object.keys(parts).map(
      (part) => new Worker(new URL(module), { workerData: { part, options } satisfies PartData }),
    );
    const stop = (): void => {
      for (const thread of threads) {
        thread.postMessage(INTERRUPTED);
      }
    };
    interruption.addEventListener('abort', stop);
    const results = await Promise.allSettled(
      threads.map((thread) =>
        endOf(thread).catch((error: unknown) => {
          stop();
          throw error;
        }),
      ),
    );
    const failure = results.find((result) => result.status === 'rejected');
    if (failure !== undefined) {
      throw failure.reason;
    }
  });
}

async function runPart({ name, parts }: ThreadedProgram, { part, options }: PartData): Promise<void> {
  const controller = new AbortController();
  parentPort?.on('message', (reason) => controller.abort(reason));
  try {
    const run = parts[part];
    if (run === undefined) {
      throw new Error(`no such part: ${name} ${part}`);
    }
    await using session = await connect(options, controller.signal);
    await run(session, options);
  } catch (error) {
    if (controller.signal.reason !== INTERRUPTED) {
      throw error;
    }
  } finally {
    parentPort?.close();
  }
}

function endOf(thread: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    thread.once('error', reject);
    thread.once('exit', (status) => {
      if (status === 0) {
        resolve();
      } else {
        reject(new Error(`a thread ended with status ${status}`));
      }
    });
  });
}
