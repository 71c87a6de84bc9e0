// SPDX-License-Identifier: Apache-2.0
// How to call the npm that called us, or the one of the path.

export function npmCommand() {
  const npm = process.env['npm_execpath'];
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  return { command, first, shell: npm === undefined && process.platform === 'win32' };
}
