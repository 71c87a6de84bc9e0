// SPDX-License-Identifier: Apache-2.0
/** All events of the reference: the tables of its components, and look-up by type id. */
import { archiveEvents } from './archive-events.ts';
import { clusterEvents } from './cluster-events.ts';
import { driverEvents } from './driver-events.ts';
import { type EventTable, eventIdOf, type LogEventRow, typeCodeOf } from './event-table.ts';

export const EVENT_TABLES: readonly EventTable[] = [driverEvents, archiveEvents, clusterEvents];

/** An event and the component it belongs to. */
export interface EventDefinition {
  readonly table: EventTable;
  readonly name: string;
  readonly row: LogEventRow;
}

/** Events by type id. */
export class EventCatalogue {
  readonly tables: readonly EventTable[];
  readonly #byTypeId = new Map<number, EventDefinition>();

  /** @throws RangeError when two tables have one type code. */
  constructor(tables: readonly EventTable[] = EVENT_TABLES) {
    this.tables = tables;
    for (const table of tables) {
      const other = tables.find((each) => each !== table && each.typeCode === table.typeCode);
      if (other !== undefined) {
        throw new RangeError(
          `two components have one type code: typeCode=${table.typeCode} contexts=${other.context}, ${table.context}`,
        );
      }
      for (const [name, row] of Object.entries(table.rows)) {
        this.#byTypeId.set((table.typeCode << 16) | row.id, { table, name, row });
      }
    }
  }

  /**
   * The event of a record’s type id: type code above, event id in the low 16 bits. Undefined for one that no table has.
   */
  find(typeId: number): EventDefinition | undefined {
    return this.#byTypeId.get((typeCodeOf(typeId) << 16) | eventIdOf(typeId));
  }

  /** Of a type code as received; `UNKNOWN(n)` for one that no table has. */
  contextOf(typeCode: number): string {
    return this.tables.find((table) => table.typeCode === typeCode)?.context ?? `UNKNOWN(${typeCode})`;
  }
}
