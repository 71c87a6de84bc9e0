// SPDX-License-Identifier: Apache-2.0
/** What is to be checked in a page of Markdown: its links, the anchors of its headings, the paths that it names. */

const FENCED = /^( *)```[\s\S]*?^\1```$/gm;
const INLINE_CODE = /`[^`\n]+`/g;
const LINK = /\]\((?:<([^>]+)>|([^)\s]+))(?:\s+"[^"]*")?\)/g;
const ELSEWHERE = /^[a-z]+:/;
const HEADING = /^#{1,6} +(.*)$/gm;
const PATH =
  /`((?:packages|tools|tests|bench|docs|samples|container|\.github|\.ci|core|codecs|client|driver|agent)\/[\w./-]*\w)\/?`/g;

/** Targets of links and images within the repository. */
export function linksOf(page: string): string[] {
  const text = page.replaceAll(FENCED, '').replaceAll(INLINE_CODE, '');
  return [...text.matchAll(LINK)]
    .map(([, bracketed, plain]) => bracketed ?? plain ?? '')
    .filter((link) => !ELSEWHERE.test(link));
}

/** The anchors of all headings, by the rule of GitHub. */
export function anchorsOf(page: string): string[] {
  const seen = new Map<string, number>();
  return [...page.replaceAll(FENCED, '').matchAll(HEADING)].map(([, heading = '']) => {
    const plain = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/(^|\s)_([^_]+)_(?=\s|$)/g, '$1$2')
      .replaceAll('`', '');
    const slug = plain
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

/** Paths in inline code that begin with a folder of the project, without patterns and what has a NAME to be chosen. */
export function pathsNamedIn(page: string): string[] {
  const paths = [...page.replaceAll(FENCED, '').matchAll(PATH)].map(([, path = '']) => path);
  return paths.filter((path) => !path.includes('NAME'));
}
