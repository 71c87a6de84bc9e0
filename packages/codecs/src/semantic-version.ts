// SPDX-License-Identifier: Apache-2.0
/** Versions of files and protocols as one int32: major, minor and patch in a byte each. */

/** @throws RangeError unless each part is 0 to 255 and one of them is not 0. */
export function composeVersion(major: number, minor: number, patch: number): number {
  const parts = [major, minor, patch];
  if (parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255) || parts.every((part) => part === 0)) {
    throw new RangeError(`version parts must be 0 to 255 and not all 0: version=${parts.join('.')}`);
  }
  return (major << 16) | (minor << 8) | patch;
}

export function majorVersion(version: number): number {
  return (version >> 16) & 0xff;
}

export function minorVersion(version: number): number {
  return (version >> 8) & 0xff;
}

export function patchVersion(version: number): number {
  return version & 0xff;
}

/** `major.minor.patch`. */
export function formatVersion(version: number): string {
  return `${majorVersion(version)}.${minorVersion(version)}.${patchVersion(version)}`;
}
