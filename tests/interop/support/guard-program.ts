// SPDX-License-Identifier: Apache-2.0
/** Guards the run of node with the given arguments, and prints how that went. */
import { guardedRun } from './guarded-run.ts';

process.stdout.write(JSON.stringify(await guardedRun(process.execPath, process.argv.slice(2), { stdio: 'ignore' })));
