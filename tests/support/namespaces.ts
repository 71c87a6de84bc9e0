// SPDX-License-Identifier: Apache-2.0
/**
 * Two network namespaces joined by a cable, each a machine of its own as far as the network goes. Needs Linux, root and iproute2.
 *
 *     aeron-PID-a  10.77.0.1/24  near ═══════ far  10.77.0.2/24  aeron-PID-b
 */
import { spawnSync } from 'node:child_process';
import type { Host } from './udp-scene.ts';

const NAME = /^aeron-(\d+)-[ab]$/;
const SUBNET = '10.77.0';

export type Side = 'near' | 'far';

export class Namespaces {
  readonly #names: Readonly<Record<Side, string>>;

  private constructor(names: Readonly<Record<Side, string>>) {
    this.#names = names;
  }

  /** @throws Error when this user may not, or the machine can't; then nothing is left. */
  static open(): Namespaces {
    removeStale();
    const made = new Namespaces({ near: `aeron-${process.pid}-a`, far: `aeron-${process.pid}-b` });
    try {
      made.#make();
      return made;
    } catch (error) {
      made.close();
      throw error;
    }
  }

  /** Near and far. */
  get hosts(): readonly Host[] {
    return (['near', 'far'] as const).map((side, index) => ({
      address: `${SUBNET}.${index + 1}`,
      command: ['ip', 'netns', 'exec', this.#names[side]],
    }));
  }

  /** Pulls the cable at one side, or plugs it in again. */
  setLink(side: Side, state: 'up' | 'down'): void {
    ip('-n', this.#names[side], 'link', 'set', side, state);
  }

  /** What the side does to what it sends. @throws Error where the kernel can't. */
  setQueue(side: Side, ...discipline: string[]): void {
    run('tc', '-n', this.#names[side], 'qdisc', 'replace', 'dev', side, 'root', ...discipline);
  }

  /** Removes all that was made. Whatever runs inside must have ended. */
  close(): void {
    for (const name of Object.values(this.#names)) {
      spawnSync('ip', ['netns', 'del', name]);
    }
  }

  #make(): void {
    const { near, far } = this.#names;
    ip('netns', 'add', near);
    ip('netns', 'add', far);
    ip('link', 'add', 'near', 'netns', near, 'type', 'veth', 'peer', 'name', 'far', 'netns', far);
    for (const [index, side] of (['near', 'far'] as const).entries()) {
      ip('-n', this.#names[side], 'addr', 'add', `${SUBNET}.${index + 1}/24`, 'dev', side);
      ip('-n', this.#names[side], 'link', 'set', 'lo', 'up');
      this.setLink(side, 'up');
    }
  }
}

/** @returns why there can be none here; undefined when there can. @param discipline what the kernel must be able to do to a queue. */
export function namespacesProblem(...discipline: string[]): string | undefined {
  if (process.platform !== 'linux') {
    return 'only Linux has network namespaces';
  }
  try {
    const namespaces = Namespaces.open();
    try {
      if (discipline.length > 0) {
        namespaces.setQueue('near', ...discipline);
      }
    } finally {
      namespaces.close();
    }
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What a run has left that was killed. */
function removeStale(): void {
  const { stdout } = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  for (const line of (stdout ?? '').split('\n')) {
    const name = line.split(' ', 1)[0] ?? '';
    const pid = Number(NAME.exec(name)?.[1]);
    if (Number.isInteger(pid) && !isAlive(pid)) {
      spawnSync('ip', ['netns', 'del', name]);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const ip = (...args: string[]): void => run('ip', ...args);

function run(program: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${program} ${args.join(' ')}: ${(error?.message ?? stderr).trim()}`);
  }
}
