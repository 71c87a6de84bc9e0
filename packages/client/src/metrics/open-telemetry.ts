// SPDX-License-Identifier: Apache-2.0
/**
 * Counters as observable instruments of a meter that the application owns, shaped as OpenTelemetry's is. One callback for
 * all of them, called by the SDK when it collects: one look at the counters per collection.
 */
import { COUNTER_FAMILIES, type CounterFamily } from './counter-families.ts';
import { type CounterLabels, type CountersSource, readSamples } from './counter-samples.ts';
import type { MetricsOptions } from './prometheus.ts';

interface InstrumentOptions {
  readonly description: string;
  readonly unit?: string;
}

/** What is needed of OpenTelemetry's `BatchObservableResult`. */
export interface BatchResult {
  observe(instrument: never, value: number, attributes?: CounterLabels): void;
}

/** Called by the SDK when it collects. */
export type BatchCallback = (result: BatchResult) => void;

/** What is needed of OpenTelemetry's `Meter`. */
export interface OpenTelemetryMeter {
  /** For what only grows. `name` is such as `aeron.bytes_sent`; the unit is in UCUM’s notation. */
  createObservableCounter(name: string, options: InstrumentOptions): unknown;
  /** For what may fall again, such as a limit. */
  createObservableGauge(name: string, options: InstrumentOptions): unknown;
  /** Registers who observes all instruments at once, whenever metrics are collected. */
  addBatchObservableCallback(callback: BatchCallback, instruments: unknown[]): void;
  /** Takes it away again; called with what was registered. */
  removeBatchObservableCallback(callback: BatchCallback, instruments: unknown[]): void;
}

/** In the notation of UCUM, as OpenTelemetry wants it. */
const UNITS = { bytes: 'By', seconds: 's' } as const;

/**
 * Observes the counters of a driver and its clients by a meter.
 *
 * @returns stops observing; the instruments stay with the meter, which can't remove any.
 */
export function observeOpenTelemetryMetrics(
  meter: OpenTelemetryMeter,
  source: CountersSource,
  options: MetricsOptions = {},
): () => void {
  const { prefix = 'aeron', labels = {}, filter } = options;
  const shared = attributesOf(labels);
  const instruments = new Map(COUNTER_FAMILIES.map((family) => [family, instrumentOf(meter, family, prefix)]));
  const observe: BatchCallback = (result) => {
    for (const sample of readSamples(source, filter)) {
      const attributes = { ...attributesOf(sample.labels), ...shared };
      result.observe(instruments.get(sample.family) as never, sample.value, attributes);
    }
  };
  const all = [...instruments.values()];
  meter.addBatchObservableCallback(observe, all);
  return () => meter.removeBatchObservableCallback(observe, all);
}

function instrumentOf(meter: OpenTelemetryMeter, family: CounterFamily, prefix: string): unknown {
  const { nameParts, kind, unit, help } = family;
  const name = `${prefix}.${nameParts.join('_')}`;
  const options = { description: help, ...(unit === undefined ? {} : { unit: UNITS[unit] }) };
  return kind === 'count' ? meter.createObservableCounter(name, options) : meter.createObservableGauge(name, options);
}

/** `stream_id` is `aeron.stream_id` here: attributes share one namespace with everybody's. */
function attributesOf(labels: CounterLabels): CounterLabels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [`aeron.${name}`, value]));
}
