// SPDX-License-Identifier: Apache-2.0
/** Name look-up by the operating system, in its own thread pool, polled by ours. */
import { type LookupAddress, lookup } from 'node:dns';
import { isIP } from 'node:net';
import type { NameLookup, Names } from '../ports.ts';

class NodeNameLookup implements NameLookup {
  state: NameLookup['state'] = 'pending';
  addresses: NameLookup['addresses'] = [];
  error: Error | undefined = undefined;

  resolve(addresses: readonly LookupAddress[]): void {
    this.addresses = addresses.map(({ address, family }) => ({ address, family: family === 6 ? 'IPv6' : 'IPv4' }));
    this.state = 'resolved';
  }

  fail(error: Error): void {
    this.error = error;
    this.state = 'failed';
  }
}

/**
 * Addresses come in the order of the resolver of the operating system.
 *
 * @source aeron-driver/DefaultNameResolver
 */
export class NodeNames implements Names {
  lookup(host: string): NameLookup {
    const result = new NodeNameLookup();
    const family = isIP(host);
    if (family !== 0) {
      result.resolve([{ address: host, family }]);
      return result;
    }
    lookup(host, { all: true, verbatim: true }, (error, addresses) => {
      if (error === null) {
        result.resolve(addresses);
      } else {
        result.fail(error);
      }
    });
    return result;
  }
}
