// SPDX-License-Identifier: Apache-2.0
// Prints what @arethetypeswrong finds wrong with the types of a tarball, one problem a line; status 1 if anything. A program of
// its own because that library is an ES module only, which the tests are not.
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';

// `node10` knows no `exports`: it can't see entries other than the main one, in any package that has them.
const IGNORED = (problem) => problem.resolutionKind === 'node10' && problem.entrypoint !== '.';

const [tarball] = process.argv.slice(2);
const result = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
if (result.types === false) {
  console.log('no types at all');
  process.exitCode = 1;
} else {
  const problems = result.problems.filter((problem) => !IGNORED(problem));
  for (const problem of problems) {
    console.log(JSON.stringify(problem));
  }
  process.exitCode = problems.length === 0 ? 0 : 1;
}
