// SPDX-License-Identifier: Apache-2.0
/** The door `@aeron/client/metrics`: the counters of a driver as metrics of Prometheus or OpenTelemetry. */
export type { MetricUnit } from './metrics/counter-families.ts';
export type { CounterFilter, CounterLabels, CounterSample, CountersSource } from './metrics/counter-samples.ts';
export { type OpenTelemetryMeter, observeOpenTelemetryMetrics } from './metrics/open-telemetry.ts';
export { type MetricsOptions, type PrometheusRegistry, registerPrometheusMetrics } from './metrics/prometheus.ts';
