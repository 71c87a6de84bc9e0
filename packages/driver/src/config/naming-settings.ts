// SPDX-License-Identifier: Apache-2.0
/** Settings rows: name resolution. */
import { choice, duration, list, settingsTable, text } from '@aeron/core/internal';
import { hostAndPortProblem } from './checks.ts';

export const namingSettings = settingsTable(
  {
    nameResolverSupplier: choice(['default', 'driver', 'csv_table'], {
      property: 'aeron.name.resolver.supplier',
      default: 'default',
      aliases: {
        aeron_default_name_resolver_supplier: 'default',
        aeron_driver_name_resolver_supplier: 'driver',
        aeron_csv_table_name_resolver_supplier: 'csv_table',
      },
      doc: 'Who resolves names: the operating system, drivers among themselves, or a table. `resolverInterface` implies `driver`.',
    }),
    nameResolverInitArgs: text({
      property: 'aeron.name.resolver.init.args',
      doc: 'The table of `csv_table`: `name,host,hostOnReResolution`, rows separated by `|`.',
    }),
    resolverName: text({
      property: 'aeron.driver.resolver.name',
      maxLength: 512,
      doc: 'The name by which other drivers find this one. Needed with `resolverInterface`.',
    }),
    resolverInterface: text({
      property: 'aeron.driver.resolver.interface',
      check: hostAndPortProblem,
      doc: 'Address and port, as `host:port`, where drivers tell each other their names.',
    }),
    resolverBootstrapNeighbor: list({
      property: 'aeron.driver.resolver.bootstrap.neighbor',
      default: '',
      doc: 'Drivers to tell first, as `host:port`, separated by commas; at most 20.',
    }),
    resolverNeighborTimeoutNs: duration({
      property: 'aeron.driver.resolver.neighbor.timeout',
      default: '10s',
      min: '1ns',
      doc: 'A neighbour, or a name, that is not heard of for so long is forgotten.',
    }),
    resolverSelfResolutionIntervalNs: duration({
      property: 'aeron.driver.resolver.self.resolution.interval',
      default: '1s',
      min: '1ns',
      doc: 'How often a driver tells its own name.',
    }),
    resolverNeighborResolutionIntervalNs: duration({
      property: 'aeron.driver.resolver.neighbor.resolution.interval',
      default: '2s',
      min: '1ns',
      doc: 'How often it tells the names that it has heard.',
    }),
    resolverBootstrapNeighborResolutionIntervalNs: duration({
      property: 'aeron.driver.resolver.bootstrap.neighbor.resolution.interval',
      default: '10s',
      min: '1ns',
      doc: 'How often the name of a silent bootstrap neighbour is resolved anew.',
    }),
    reResolutionCheckIntervalNs: duration({
      property: 'aeron.driver.reresolution.check.interval',
      default: '1s',
      doc: 'How often end points without traffic are looked for, to resolve their names anew; 0 switches it off.',
    }),
  },
  'Name resolution',
);
