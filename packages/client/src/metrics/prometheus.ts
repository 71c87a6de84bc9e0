// SPDX-License-Identifier: Apache-2.0
/**
 * Counters as metrics of a registry that the application owns, shaped as prom-client's is. Nothing is collected until the registry is
 * asked for its metrics, and then all families share one look at the counters.
 */
import { COUNTER_FAMILIES, type CounterFamily } from './counter-families.ts';
import {
  type CounterFilter,
  type CounterLabels,
  type CounterSample,
  type CountersSource,
  readSamples,
} from './counter-samples.ts';

/** What is needed of prom-client's `Registry`. */
export interface PrometheusRegistry {
  /** Takes a metric that collects when it is scraped. */
  registerMetric(metric: never): void;
  /** Forgets the metric of this name. */
  removeSingleMetric(name: string): void;
}

/** What metrics are called, and which there are. */
export interface MetricsOptions {
  /** Start of every name. Default `aeron`. */
  readonly prefix?: string;
  /** Labels of every sample, such as the name of the driver. */
  readonly labels?: CounterLabels;
  /** Leaves counters out; a driver with many streams has many. */
  readonly filter?: CounterFilter;
}

interface MetricValue {
  readonly value: number;
  readonly labels: CounterLabels;
}

/** What a registry reads of a metric. */
interface MetricObject {
  /** The registry may rename it, for OpenMetrics. */
  name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly aggregator: 'sum';
  get(): Promise<Omit<MetricObject, 'get' | 'reset'> & { readonly values: readonly MetricValue[] }>;
  reset(): void;
}

/**
 * Adds the counters of a driver and its clients to a registry.
 *
 * @returns takes them out again.
 * @throws Error of the registry when it has metrics of these names already.
 */
export function registerPrometheusMetrics(
  registry: PrometheusRegistry,
  source: CountersSource,
  options: MetricsOptions = {},
): () => void {
  const snapshot = sharedSnapshot(source, options.filter);
  const metrics = COUNTER_FAMILIES.map((family) => metricOf(family, snapshot, options));
  for (const metric of metrics) {
    registry.registerMetric(metric as never);
  }
  const names = metrics.map(({ name }) => name);
  return () => {
    for (const name of names) {
      registry.removeSingleMetric(name);
    }
  };
}

type Snapshot = () => ReadonlyMap<CounterFamily, readonly CounterSample[]>;

/** A registry asks all its metrics in one go, so what the first of them reads holds for the others. */
function sharedSnapshot(source: CountersSource, filter: CounterFilter | undefined): Snapshot {
  let current: ReturnType<Snapshot> | undefined;
  return () => {
    if (current === undefined) {
      current = byFamily(readSamples(source, filter));
      queueMicrotask(() => {
        current = undefined;
      });
    }
    return current;
  };
}

function byFamily(samples: readonly CounterSample[]): Map<CounterFamily, CounterSample[]> {
  const families = new Map<CounterFamily, CounterSample[]>();
  for (const sample of samples) {
    const ofFamily = families.get(sample.family) ?? [];
    ofFamily.push(sample);
    families.set(sample.family, ofFamily);
  }
  return families;
}

function metricOf(family: CounterFamily, snapshot: Snapshot, options: MetricsOptions): MetricObject {
  const { prefix = 'aeron', labels = {} } = options;
  const metric: MetricObject = {
    name: prometheusName(family, prefix),
    help: family.help,
    type: family.kind === 'count' ? 'counter' : 'gauge',
    aggregator: 'sum',
    async get() {
      const { name, help, type, aggregator } = metric;
      const values = (snapshot().get(family) ?? []).map((sample) => ({
        value: sample.value,
        labels: { ...sample.labels, ...labels },
      }));
      return { name, help, type, aggregator, values };
    },
    reset() {
      // The values belong to the driver: a registry that is reset cannot reset them.
    },
  };
  return metric;
}

/** As Prometheus wants it: snake case, the unit and `total` at the end, neither said twice. */
export function prometheusName({ nameParts, unit, kind }: CounterFamily, prefix: string): string {
  const parts = [prefix, ...nameParts];
  const hasUnit = unit === undefined || nameParts.includes(unit);
  return [...parts, ...(hasUnit ? [] : [unit]), ...(kind === 'count' ? ['total'] : [])].join('_');
}
