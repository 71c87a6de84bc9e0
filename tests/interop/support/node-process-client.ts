// SPDX-License-Identifier: Apache-2.0
/** Our client in a process of its own, so that it runs beside the others and can be killed. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { InteropClient } from './interop-client.ts';

export interface NodeProcessCall {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

export interface NodeProcessAnswer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: unknown;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export async function connectNodeProcess(directory: string, driverTimeoutMs: number): Promise<InteropClient> {
  const child = fork(join(__dirname, 'node-process.ts'), [], {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
    cwd: __dirname,
  });
  const call = caller(child);
  await call('connect', [directory, driverTimeoutMs]);
  const own: Readonly<Record<string, unknown>> = {
    kind: 'node-process',
    kill: () => end(child),
    suspend: async () => child.kill('SIGSTOP'),
    resume: async () => child.kill('SIGCONT'),
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        await call('close', []);
        await end(child);
      }
    },
  };
  // Every other operation goes to the process as it is.
  return new Proxy(own, {
    get: (target, method) =>
      method === 'then' ? undefined : (target[String(method)] ?? ((...args: unknown[]) => call(String(method), args))),
  }) as unknown as InteropClient;
}

function caller(child: ChildProcess): (method: string, args: readonly unknown[]) => Promise<unknown> {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  child.on('message', (answer: NodeProcessAnswer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) {
      call?.reject(Object.assign(new Error('refused'), answer.error));
    } else {
      call?.resolve(answer.value);
    }
  });
  child.on('exit', (code, signal) => {
    for (const call of waiting.values()) {
      call.reject(new Error(`the process of our client ended: code=${code} signal=${signal}`));
    }
    waiting.clear();
  });
  return (method, args) =>
    new Promise((resolve, reject) => {
      const id = calls++;
      waiting.set(id, { resolve, reject });
      child.send({ id, method, args } satisfies NodeProcessCall);
    });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }
}
