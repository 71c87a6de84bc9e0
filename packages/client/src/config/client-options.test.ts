// SPDX-License-Identifier: Apache-2.0
import { SimulatedWorld } from '@aeron/core/testing';
import { type AeronOptions, resolveClientOptions } from './client-options.ts';

function resolve(options: AeronOptions = {}, environment: Record<string, string> = {}) {
  const platform = new SimulatedWorld(1).platform('host', { environment, userName: 'sim' });
  return resolveClientOptions({ platform, ...options });
}

describe('client options', () => {
  it('have the defaults of the reference', () => {
    const config = resolve();
    expect(config.aeronDirectory).toBe('/dev/shm/aeron-sim');
    expect(config.settings).toMatchObject({
      driverTimeoutMs: 10_000,
      clientName: '',
      idleSleepDurationNs: 16e6,
      keepAliveIntervalNs: 500e6,
      resourceLingerDurationNs: 3e9,
      closeLingerDurationNs: 0,
      preTouchMappedMemory: false,
    });
    expect(config.idleStrategy.idle(0)).toBe(16e6);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('come from options, then the environment, then properties', () => {
    const environment = { AERON_DIR: '/env', AERON_DRIVER_TIMEOUT: '222', AERON_CLIENT_NAME: 'env' };
    const properties = { 'aeron.dir': '/props', 'aeron.client.resource.linger.duration': '7s' };
    const config = resolve({ clientName: 'option', properties }, environment);
    expect(config.aeronDirectory).toBe('/env');
    expect(config.settings).toMatchObject({
      clientName: 'option',
      driverTimeoutMs: 222,
      resourceLingerDurationNs: 7e9,
    });
  });

  it('are all checked, and all failures are named', () => {
    const options = { clientName: 'x'.repeat(101), idleSleepDurationNs: '2s' };
    expect(() => resolve(options, { AERON_DRIVER_TIMEOUT: 'soon' })).toThrow(
      /driver\.timeout=soon[\s\S]*clientName=x+[\s\S]*idleSleepDurationNs=2s/,
    );
  });

  it('are refused when there is no such option', () => {
    expect(() => resolve({ clientNmae: 'typo' } as AeronOptions)).toThrow('clientNmae=typo');
  });

  it('take a driver to invoke only together with invoker mode', () => {
    const driverAgentInvoker = { invoke: () => 0 };
    expect(() => resolve({ driverAgentInvoker })).toThrow('useConductorAgentInvoker=true');
    expect(resolve({ driverAgentInvoker, useConductorAgentInvoker: true }).wiring).toMatchObject({
      driverAgentInvoker,
    });
  });
});
