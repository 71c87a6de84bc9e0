// SPDX-License-Identifier: Apache-2.0
/** The network interfaces that are up, with what Node does not say read from sysfs where there is one. */
import * as fs from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { NetworkInterface } from '../../ports.ts';

const IFF_MULTICAST = 0x1000;
const SYSFS = '/sys/class/net';

/** One entry per address. `supportsMulticast` is exact on Linux and true elsewhere. */
export function listInterfaces(): readonly NetworkInterface[] {
  const found: NetworkInterface[] = [];
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    const flags = readSysfs(name, 'flags');
    const index = readSysfs(name, 'ifindex');
    for (const { address, cidr, family, internal, ...rest } of addresses ?? []) {
      const scopeId = 'scopeid' in rest && typeof rest.scopeid === 'number' ? rest.scopeid : 0;
      found.push({
        name,
        index: index ?? scopeId,
        family,
        address,
        prefixLength: Number(cidr?.split('/')[1] ?? (family === 'IPv4' ? 32 : 128)),
        isLoopback: internal,
        supportsMulticast: flags === undefined || (flags & IFF_MULTICAST) !== 0,
      });
    }
  }
  return found;
}

function readSysfs(name: string, attribute: string): number | undefined {
  try {
    const value = Number(fs.readFileSync(`${SYSFS}/${name}/${attribute}`, 'latin1').trim());
    return Number.isInteger(value) ? value : undefined;
  } catch {
    return undefined; // not Linux, or an alias that sysfs does not list
  }
}
