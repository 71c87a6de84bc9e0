// SPDX-License-Identifier: Apache-2.0
/** Prints each test as it ends: a run takes minutes, and one wants to see that it goes on. Loaded by jest, so CommonJS. */
'use strict';

module.exports = class ProgressReporter {
  #startMs = Date.now();

  onTestCaseResult(_test, { status, fullName, duration }) {
    if (status !== 'pending') {
      const atS = String(Math.round((Date.now() - this.#startMs) / 1000)).padStart(4);
      console.log(`${atS} s  ${status}  ${fullName}  (${((duration ?? 0) / 1000).toFixed(1)} s)`);
    }
  }
};
