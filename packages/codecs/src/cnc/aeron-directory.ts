// SPDX-License-Identifier: Apache-2.0
/**
 * Names in and around the directory that a driver and its clients share. Pure, but for the random name. Client and driver
 * must agree on every one of them, and both with the reference.
 */
import type { Files, Host } from '@aeron/core/internal';

/** Publication logs: `publications/<registrationId>.logbuffer`. */
export const PUBLICATIONS_DIRECTORY = 'publications';
/** Image logs: `images/<correlationId>.logbuffer`. */
export const IMAGES_DIRECTORY = 'images';

/**
 * The directory when no setting names one.
 *
 * @source aeron-client/CommonContext
 */
export function defaultAeronDirectory(
  host: Pick<Host, 'operatingSystem' | 'hasSharedMemoryDirectory' | 'temporaryDirectory' | 'userName'>,
): string {
  const isShared = host.operatingSystem === 'linux' && host.hasSharedMemoryDirectory;
  const base = isShared ? '/dev/shm' : host.temporaryDirectory.replace(/[/\\]+$/, '');
  return `${base}/aeron-${host.userName === '' ? 'default' : host.userName}`;
}

/** A directory name next to the default one that nobody else uses: for a driver embedded in an application. */
export function randomAeronDirectory(host: Host): string {
  const hex = Array.from({ length: 4 }, () => (host.randomInt32() >>> 0).toString(16).padStart(8, '0')).join('');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return `${defaultAeronDirectory(host)}-${parts.join('-')}`;
}

/** The command-and-control file of a directory. */
export function cncFilePath(aeronDirectory: string): string {
  return `${aeronDirectory}/cnc.dat`;
}

const NEARBY_MAX = 10;

/** Directories beside this one that a driver has, or had, by the usual names; a few of them. */
export function driverDirectoriesNearby(files: Pick<Files, 'list' | 'kind'>, aeronDirectory: string): string[] {
  const parent = aeronDirectory.replace(/[/\\][^/\\]*[/\\]?$/, '');
  try {
    return files
      .list(parent)
      .filter((name) => name.startsWith('aeron-'))
      .map((name) => `${parent}/${name}`)
      .filter((path) => files.kind(path) === 'directory' && files.kind(cncFilePath(path)) === 'file')
      .slice(0, NEARBY_MAX);
  } catch {
    return []; // a directory that this user may not look into: then there is nothing to tell
  }
}

/** The loss report of a directory. */
export function lossReportPath(aeronDirectory: string): string {
  return `${aeronDirectory}/loss-report.dat`;
}
