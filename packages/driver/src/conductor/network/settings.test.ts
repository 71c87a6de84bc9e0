// SPDX-License-Identifier: Apache-2.0
import { readLogParameters, SETUP_GROUP_FLAG } from '@aeron/codecs/internal';
import { SimulatedWorld } from '@aeron/core/testing';
import { type DriverOptions, resolveDriverConfig } from '../../config/driver-config.ts';
import { ENDPOINT, NetworkScene } from '../../testing/network-scene.ts';
import { udpChannel } from '../../testing/sender-harness.ts';
import { createCongestionControl, feedbackDelay, hasMulticastSemantics } from './image-strategies.ts';

const UNTETHERED = {
  untetheredWindowLimitTimeoutNs: '2s',
  untetheredLingerTimeoutNs: '3s',
  untetheredRestingTimeoutNs: '4s',
} as const;
const UNTETHERED_NS = {
  untetheredWindowLimitTimeoutNs: 2e9,
  untetheredLingerTimeoutNs: 3e9,
  untetheredRestingTimeoutNs: 4e9,
};

function resolve(options: DriverOptions) {
  return resolveDriverConfig({ options, environment: {} }, new SimulatedWorld(5).platform('host'));
}

describe('what a channel leaves to the settings', () => {
  it('shows in the log of a publication', () => {
    const scene = new NetworkScene({
      ...UNTETHERED,
      publicationTermBufferLength: '128k',
      mtuLength: 4096,
      publicationTermWindowLength: '32k',
      publicationLingerTimeoutNs: '7s',
      maxResend: 5,
      termBufferSparseFile: false,
      spiesSimulateConnection: true,
      filePageSize: '8k',
    });
    const { log, spec } = scene.publication();
    expect(readLogParameters(log.metadata)).toMatchObject({
      ...UNTETHERED_NS,
      ...{ termLength: 128 * 1024, mtuLength: 4096, publicationWindowLength: 32 * 1024, pageSize: 8192 },
      ...{ lingerTimeoutNs: 7e9, maxResend: 5, sparse: false, spiesSimulateConnection: true },
    });
    expect(spec).toMatchObject({ maxResend: 5, spiesSimulateConnection: true, mtuLength: 4096 });
  });

  it('shows in the log of an image, and in what the receiver is told', () => {
    const scene = new NetworkScene({
      ...UNTETHERED,
      initialWindowLength: '16k',
      reliableStream: false,
      rejoinStream: false,
      tetherSubscriptions: false,
      termBufferSparseFile: false,
      receiverGroupConsideration: 'true',
      receiverGroupTag: 9n,
    });
    const { log, spec } = scene.image(scene.subscription().endpointId);
    expect(readLogParameters(log.metadata)).toMatchObject({
      ...UNTETHERED_NS,
      ...{ receiverWindowLength: 16 * 1024, reliable: false, rejoin: false, tether: false, sparse: false, group: true },
    });
    expect(spec).toMatchObject({ isReliable: false, initialWindowLength: 16 * 1024, groupTag: 9n });
  });

  it('is overruled by the channel', () => {
    const scene = new NetworkScene({ receiverGroupTag: 9n, reliableStream: false });
    const { spec } = scene.image(scene.subscription(`${ENDPOINT}|gtag=-3|reliable=true`).endpointId);
    expect(spec).toMatchObject({ isReliable: true, groupTag: -3n });
  });
});

describe('whether loss is handled as in a group', () => {
  it.each([
    ['infer', false, 0, false],
    ['infer', true, 0, true],
    ['infer', false, SETUP_GROUP_FLAG, true],
    ['true', false, 0, true],
    ['false', true, SETUP_GROUP_FLAG, false],
  ] as const)('group=%s multicast=%s setup flags=%d: %s', (group, isMulticast, flags, expected) => {
    expect(hasMulticastSemantics({ isMulticast }, group, flags)).toBe(expected);
  });
});

describe('how long a receiver waits before it asks for what is lost', () => {
  const config = resolve({
    nakUnicastDelayNs: '3us',
    nakUnicastRetryDelayRatio: 7,
    nakMulticastGroupSize: 20,
    nakMulticastMaxBackoffNs: '40ms',
  });
  const delays = (isReliable: boolean, isGroup: boolean, nakDelayNs: number | undefined, random = 0.5) => {
    const generator = feedbackDelay({ isReliable, isGroup }, { nakDelayNs }, config, () => random);
    return [generator.delayNs(), generator.retryDelayNs()];
  };

  it('follows the settings, and the channel before them', () => {
    expect(delays(true, false, undefined)).toEqual([3000, 21_000]);
    expect(delays(true, false, 5000)).toEqual([5000, 35_000]);
  });

  it('is not less than 1 us between two requests, whatever the channel says', () => {
    expect(delays(true, false, 10)).toEqual([10, 7000]);
  });

  it('is none for a stream that is not reliable', () => {
    expect(delays(false, true, 5000)).toEqual([0, 0]);
  });

  it('is random in a group: T/l * ln(x * (e^l - 1) * T/l), at most T', () => {
    const T = 40e6;
    const l = Math.log(20) + 1;
    const expected = (random: number): number => {
      const x = (random * l) / T + l / (T * (Math.exp(l) - 1));
      return Math.round((T / l) * Math.log((x * (Math.exp(l) - 1) * T) / l));
    };
    for (const random of [0, 0.25, 0.5, 0.999999]) {
      const [delayNs = -1, retryNs] = delays(true, true, 5000, random);
      expect(Math.abs(delayNs - expected(random))).toBeLessThanOrEqual(1);
      expect(retryNs).toBe(delayNs);
      expect(delayNs).toBeLessThanOrEqual(T);
    }
    expect(delays(true, true, undefined, 0)[0]).toBe(0);
  });
});

describe('the congestion control of an image', () => {
  const stream = { streamId: 1, sessionId: 2, correlationId: 3, termLength: 1024 * 1024, mtuLength: 1408 };
  const make = (options: DriverOptions, uri = ENDPOINT) => {
    const shown: Record<string, number> = {};
    const control = createCongestionControl(
      { ...stream, channel: { ...udpChannel(), uri } },
      {
        config: resolve(options),
        nowNs: 0,
        supplier: undefined,
        newCounter: ({ label }) => ({ set: (value: number) => (shown[label] = value) }) as never,
      },
    );
    return { control, shown };
  };

  it('is a static window unless setting or channel say otherwise', () => {
    expect(make({}).control).toMatchObject({ name: 'static', initialWindowLength: 128 * 1024 });
    expect(make({ initialWindowLength: '64k' }).control.initialWindowLength).toBe(64 * 1024);
    expect(make({ congestionControlSupplier: 'cubic' }).control.name).toBe('cubic');
    expect(make({}, `${ENDPOINT}|cc=cubic`).control.name).toBe('cubic');
    expect(make({ congestionControlSupplier: 'static' }, `${ENDPOINT}|cc=cubic`).control.name).toBe('static');
  });

  it('shows the window and the round trip of cubic in counters', () => {
    const { control, shown } = make({ congestionControlSupplier: 'cubic', cubicMeasureRtt: true });
    expect(shown).toEqual({ 'rcv-cc-cubic-rtt': 0, 'rcv-cc-cubic-wnd': 10 * 1408 });
    control.onRttMeasurement(77_000, 1);
    expect(shown['rcv-cc-cubic-rtt']).toBe(77_000);
  });

  it('measures round trips of cubic where the setting says so, every four times the first one', () => {
    expect(make({ congestionControlSupplier: 'cubic' }).control.shouldMeasureRtt(1e9)).toBe(false);
    const { control } = make({
      congestionControlSupplier: 'cubic',
      cubicMeasureRtt: true,
      cubicInitialRttNs: '250us',
    });
    expect([999_999, 1_000_001, 1_000_002].map((nowNs) => control.shouldMeasureRtt(nowNs))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('grows as TCP would where the setting says so and cubic is slower', () => {
    const grownWindow = (cubicTcpMode: boolean): number => {
      const { control } = make({ congestionControlSupplier: 'cubic', cubicTcpMode, cubicInitialRttNs: '1ms' });
      const progress = { consumptionPosition: 0, lastStatusMessagePosition: 0, hasFoundLoss: true };
      control.onTrackRebuild(progress, 1e9); // 10 MTUs fall to 8
      control.onTrackRebuild({ ...progress, hasFoundLoss: false }, 1e9 + 1e7);
      return control.windowLength / 1408;
    };
    // k = cbrt(10 * 0.2 / 0.4) = 1.71 s: after 10 ms cubic is at 10 + trunc(0.4 * (0.01 - k)^3) = 9
    expect(grownWindow(false)).toBe(9);
    // and TCP at 10 * 0.8 + 3 * 0.2 / 1.8 * 10 round trips = trunc(11.3)
    expect(grownWindow(true)).toBe(11);
  });
});
