// SPDX-License-Identifier: Apache-2.0
import { usageErrorText } from './usage-error.ts';

describe('a command line that can not be understood', () => {
  it('is answered by the program, in one line, with where to read on', () => {
    expect(usageErrorText('aeron-stat', "error: unknown option '--foo'\n")).toBe(
      "aeron-stat: unknown option '--foo'\n--help shows what is expected.\n",
    );
  });

  it('keeps a proposal in that line', () => {
    expect(usageErrorText('aeron-stat', "error: unknown option '--wtach'\n(Did you mean --watch?)\n")).toBe(
      "aeron-stat: unknown option '--wtach' (Did you mean --watch?)\n--help shows what is expected.\n",
    );
  });
});
