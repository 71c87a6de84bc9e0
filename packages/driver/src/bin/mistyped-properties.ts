// SPDX-License-Identifier: Apache-2.0
/**
 * Finds property names that are nearly those of settings. A driver ignores names that it does not know, as the reference does:
 * one properties file may serve driver, client and archive. But a name that is off by a letter or two is a mistake.
 */

/** How many letters may be missing, extra or other. */
const MAX_DISTANCE = 2;

/** Pairs of what was given and what was probably meant. */
export function mistypedProperties(
  given: readonly string[],
  known: readonly string[],
): [given: string, meant: string][] {
  const pairs: [string, string][] = [];
  for (const name of given) {
    const meant = known.includes(name) ? undefined : nearest(name, known);
    if (meant !== undefined) {
      pairs.push([name, meant]);
    }
  }
  return pairs;
}

function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = MAX_DISTANCE + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) < bestDistance) {
      const distance = editDistance(name, candidate);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
  }
  return best;
}

/** Levenshtein's, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
