// SPDX-License-Identifier: Apache-2.0
/** What to do about a socket that could not be opened, by the operating system's code. Pure. */

const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another socket has this port: choose another one, or end the process that has it',
  EADDRNOTAVAIL: 'no interface of this machine has this address',
  EACCES: 'this user may not bind this port; those below 1024 need a privilege',
};

/** @param problem what the operating system said. @returns it with what to do about it, where that is known. */
export function withSocketAdvice(problem: string): string {
  const code = Object.keys(ADVICE).find((each) => new RegExp(`\\b${each}\\b`).test(problem));
  return code === undefined ? problem : `${problem} (${ADVICE[code]})`;
}
