// SPDX-License-Identifier: Apache-2.0
/** The public door. Sister packages use `./internal`. */
export {};
