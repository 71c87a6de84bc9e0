// SPDX-License-Identifier: Apache-2.0
/** With the real libraries on the other side. */
import { DRIVER_COUNTERS, SYSTEM_COUNTERS, SystemCounterId, streamCounter } from '@aeron/codecs/internal';
import { AtomicCounter } from '@aeron/core/internal';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { Registry } from 'prom-client';
import { DriverDirectory } from '../driver-directory.ts';
import { ClientHarness } from '../testing/client-harness.ts';
import { FAKE_DIRECTORY, FakeDriver } from '../testing/fake-driver.ts';
import { COUNTER_FAMILIES } from './counter-families.ts';
import { observeOpenTelemetryMetrics } from './open-telemetry.ts';
import { prometheusName, registerPrometheusMetrics } from './prometheus.ts';

const STREAM = { registrationId: 7, sessionId: -42, streamId: 1001, channel: 'aeron:udp?endpoint=a"b:1' };

/** Its type declaration has no such parameter. */
function openMetricsRegistry(): Registry {
  const OpenMetricsRegistry = Registry as unknown as new (contentType: string) => Registry;
  return new OpenMetricsRegistry('application/openmetrics-text; version=1.0.0; charset=utf-8');
}

/** A driver with a stream, a client and a counter of that client. */
async function openCounters() {
  const driver = FakeDriver.started();
  const { counters } = driver;
  const set = (id: number, value: number) => new AtomicCounter(counters.valuesBuffer, id).set(value);
  set(SystemCounterId.BYTES_SENT, 4096);
  set(SystemCounterId.CONDUCTOR_MAX_CYCLE_TIME, 2_500_000);
  const { typeId, key, label } = streamCounter(DRIVER_COUNTERS.SENDER_POSITION, STREAM);
  const senderPosition = counters.allocate(label, typeId, (target) => target.bytes.set(key));
  counters.setCounterRegistrationId(senderPosition, STREAM.registrationId);
  set(senderPosition, 640);
  const harness = ClientHarness.open({ clientName: 'orders' }, driver);
  const counter = await harness.settle(harness.aeron.addCounter(1001, { label: 'queue depth' }));
  counter.set(17);
  return { harness, counter, driver };
}

describe('Prometheus metrics', () => {
  it('are what the counters hold, when the registry is asked', async () => {
    const { harness, counter } = await openCounters();
    const registry = new Registry();
    const remove = registerPrometheusMetrics(registry, harness.aeron);
    const text = await registry.metrics();
    const lines = text.split('\n');
    expect(lines).toContain('# TYPE aeron_bytes_sent_total counter');
    expect(lines).toContain('aeron_bytes_sent_total 4096');
    expect(lines).toContain('aeron_conductor_max_cycle_time_seconds 0.0025');
    const labels = 'registration_id="7",session_id="-42",stream_id="1001",channel="aeron:udp?endpoint=a\\"b:1"';
    expect(lines).toContain(`aeron_sender_position_bytes{${labels}} 640`);
    const own = `type_id="1001",registration_id="${counter.registrationId}",counter_id="${counter.id}",label="queue depth"`;
    expect(lines).toContain(`aeron_counter{${own}} 17`);
    counter.set(18);
    expect(await registry.getSingleMetricAsString('aeron_counter')).toContain(' 18');
    remove();
    expect(await registry.metrics()).toBe('\n');
    await harness.aeron.close();
  });

  it('have the names and labels that were asked for, and leave out what was filtered', async () => {
    const { harness } = await openCounters();
    const registry = new Registry();
    registerPrometheusMetrics(registry, harness.aeron, {
      prefix: 'md',
      labels: { driver: 'left' },
      filter: ({ typeId }) => typeId < 1000,
    });
    const text = await registry.metrics();
    expect(text).toContain('md_bytes_sent_total{driver="left"} 4096');
    expect(text).not.toContain('queue depth');
    await harness.aeron.close();
  });

  it('are fit for OpenMetrics, which renames counters', async () => {
    const { harness } = await openCounters();
    const registry = openMetricsRegistry();
    registerPrometheusMetrics(registry, harness.aeron);
    const text = await registry.metrics();
    expect(text).toContain('# TYPE aeron_bytes_sent counter\naeron_bytes_sent_total 4096');
    await harness.aeron.close();
  });

  it('tell counters of a newer driver apart by their labels', async () => {
    const { harness, driver } = await openCounters();
    driver.addSystemCounters(); // their ids are beyond those that this version knows
    const registry = new Registry();
    registerPrometheusMetrics(registry, harness.aeron);
    const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('aeron_counter{'));
    expect(lines).toHaveLength(SYSTEM_COUNTERS.length + 1);
    expect(new Set(lines).size).toBe(lines.length);
    await harness.aeron.close();
  });

  it('share one look at the counters', async () => {
    const { harness } = await openCounters();
    let looks = 0;
    const source = {
      get countersReader() {
        looks++;
        return harness.aeron.countersReader;
      },
    };
    const registry = new Registry();
    registerPrometheusMetrics(registry, source);
    await registry.metrics();
    expect(looks).toBe(1);
    await registry.metrics();
    expect(looks).toBe(2);
    await harness.aeron.close();
  });

  it('end with the client, and come from a directory without one', async () => {
    const { harness, driver } = await openCounters();
    const registry = new Registry();
    registerPrometheusMetrics(registry, harness.aeron);
    await harness.aeron.close();
    expect(await registry.metrics()).not.toContain('4096');
    const other = new Registry();
    registerPrometheusMetrics(other, new DriverDirectory(FAKE_DIRECTORY, { platform: driver.clientPlatform() }));
    expect(await other.metrics()).toContain('aeron_bytes_sent_total 4096');
    const missing = new Registry();
    registerPrometheusMetrics(missing, new DriverDirectory('/dev/shm/none', { platform: driver.clientPlatform() }));
    expect(await missing.metrics()).toContain('# TYPE aeron_bytes_sent_total counter');
  });

  it('have a name of their own each, with the unit once', () => {
    const names = COUNTER_FAMILIES.map((family) => prometheusName(family, 'aeron'));
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBe(SYSTEM_COUNTERS.length + Object.keys(DRIVER_COUNTERS).length + 1);
    expect(
      names.filter((name) => !/^aeron(_[a-z0-9]+)+$/.test(name) || /bytes.*bytes|total.*total/.test(name)),
    ).toEqual([]);
  });
});

describe('OpenTelemetry metrics', () => {
  it('are what the counters hold, when the reader collects', async () => {
    const { harness } = await openCounters();
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    const reads = { count: 0 };
    const source = {
      get countersReader() {
        reads.count++;
        return harness.aeron.countersReader;
      },
    };
    const stop = observeOpenTelemetryMetrics(provider.getMeter('aeron'), source, { labels: { driver: 'left' } });
    await reader.forceFlush();
    const metrics = exporter.getMetrics()[0]?.scopeMetrics[0]?.metrics ?? [];
    const pointsOf = (name: string) => metrics.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
    const attributes = { 'aeron.driver': 'left' };
    expect(reads.count).toBe(1);
    expect(pointsOf('aeron.bytes_sent')).toMatchObject([{ value: 4096, attributes }]);
    expect(pointsOf('aeron.sender_position')).toMatchObject([
      { value: 640, attributes: { ...attributes, 'aeron.stream_id': '1001', 'aeron.session_id': '-42' } },
    ]);
    expect(pointsOf('aeron.counter')).toMatchObject([{ value: 17, attributes: { 'aeron.label': 'queue depth' } }]);
    const units = Object.fromEntries(metrics.map(({ descriptor }) => [descriptor.name, descriptor.unit]));
    expect(units).toMatchObject({
      'aeron.bytes_sent': 'By',
      'aeron.conductor_max_cycle_time': 's',
      'aeron.errors': '',
    });
    stop();
    await harness.aeron.close();
    const before = reads.count;
    await reader.forceFlush();
    expect(reads.count).toBe(before);
    await provider.shutdown();
  });
});
