// SPDX-License-Identifier: Apache-2.0
/**
 * How the counters of a driver become metrics: one family for each system counter, one for each kind of counter that streams,
 * channels and clients have, and one for all others, those of applications among them. Follows from the tables of counters.
 */
import {
  type CounterKind,
  type CounterUnit,
  DRIVER_COUNTERS,
  type DriverCounterRow,
  SYSTEM_COUNTER_TYPE_ID,
  SYSTEM_COUNTERS,
} from '@aeron/codecs/internal';

/** Of what a metric states, once it is converted. */
export type MetricUnit = 'bytes' | 'seconds';

/** Counters that become one metric. */
export interface CounterFamily {
  /** In parts, such as `snd-pos`'s `['sender', 'position']`: each kind of metrics joins them in its own way. */
  readonly nameParts: readonly string[];
  readonly kind: CounterKind;
  readonly unit: MetricUnit | undefined;
  /** Multiplies what stands in memory. */
  readonly factor: number;
  readonly help: string;
}

const FACTORS: Readonly<Record<CounterUnit, { readonly unit: MetricUnit; readonly factor: number }>> = {
  bytes: { unit: 'bytes', factor: 1 },
  ns: { unit: 'seconds', factor: 1e-9 },
  ms: { unit: 'seconds', factor: 1e-3 },
};
const NO_UNIT = { unit: undefined, factor: 1 } as const;

interface FamilyFacts {
  readonly name: string;
  readonly kind: CounterKind;
  readonly unit?: CounterUnit;
  readonly doc: string;
}

function familyOf({ name, kind, unit, doc }: FamilyFacts): CounterFamily {
  const { unit: metricUnit, factor } = unit === undefined ? NO_UNIT : FACTORS[unit];
  // The unit is said once, at the end of a metric's name.
  const nameParts = name.toLowerCase().split('_');
  return { nameParts, kind, unit: metricUnit, factor, help: doc };
}

const SYSTEM_FAMILIES: readonly CounterFamily[] = SYSTEM_COUNTERS.map(familyOf);

interface NamedFamily {
  readonly row: DriverCounterRow;
  readonly family: CounterFamily;
}

const DRIVER_FAMILIES: readonly NamedFamily[] = Object.entries(DRIVER_COUNTERS).map(([name, row]) => ({
  row,
  family: familyOf({ name, ...row }),
}));

/** Everything that no row knows: its label says what it is. */
const OTHER_FAMILY: CounterFamily = {
  nameParts: ['counter'],
  kind: 'gauge',
  unit: undefined,
  factor: 1,
  help: 'Counters of applications, and of parts of Aeron that this version has no name for.',
};

export const COUNTER_FAMILIES: readonly CounterFamily[] = [
  ...SYSTEM_FAMILIES,
  ...DRIVER_FAMILIES.map(({ family }) => family),
  OTHER_FAMILY,
];

/** Whether each driver has one counter of this family, which needs no label. */
export function isSystemFamily(family: CounterFamily): boolean {
  return SYSTEM_FAMILIES.includes(family);
}

/** A counter's family and, where it has a row, that row. */
export interface FoundFamily {
  readonly family: CounterFamily;
  readonly row: DriverCounterRow | undefined;
}

/** @param label decides between rows that share a type id. */
export function findFamily(typeId: number, counterId: number, label: string): FoundFamily {
  const systemFamily = typeId === SYSTEM_COUNTER_TYPE_ID ? SYSTEM_FAMILIES[counterId] : undefined;
  if (systemFamily !== undefined) {
    return { family: systemFamily, row: undefined };
  }
  const ofType = DRIVER_FAMILIES.filter(({ row }) => row.typeId === typeId);
  return ofType.find(({ row }) => label.startsWith(row.label)) ?? ofType[0] ?? { family: OTHER_FAMILY, row: undefined };
}
