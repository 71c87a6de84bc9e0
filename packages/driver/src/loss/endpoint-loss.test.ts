// SPDX-License-Identifier: Apache-2.0
import { FRAME_HEADER_TYPE_OFFSET, FrameType } from '@aeron/codecs/internal';
import { AtomicBuffer, resolveSettings } from '@aeron/core/internal';
import { lossSettings } from '../config/loss-settings.ts';
import { socketSettings } from '../config/socket-settings.ts';
import { type LossConfig, lossProblem, receiveEndpointLoss, sendEndpointLoss } from './endpoint-loss.ts';
import { type LossGenerator, RandomLossGenerator } from './loss-generator.ts';

const DATAGRAMS = 1000;

function configOf(options: Readonly<Record<string, unknown>>): LossConfig {
  const pick = (table: { readonly rows: object }) =>
    Object.fromEntries(Object.entries(options).filter(([name]) => name in table.rows));
  return {
    ...resolveSettings(lossSettings, { options: pick(lossSettings), environment: {} }),
    ...resolveSettings(socketSettings, { options: pick(socketSettings), environment: {} }),
  } as LossConfig;
}

/** How many of a thousand datagrams are lost. */
function lost(generator: LossGenerator | undefined, type: number = FrameType.SM): number {
  const buffer = AtomicBuffer.allocate(64);
  buffer.putUint16(FRAME_HEADER_TYPE_OFFSET, type);
  let count = 0;
  for (let i = 0; i < DATAGRAMS; i++) {
    count += generator?.shouldDropFrame(buffer, 0, 64, '10.0.0.1', 1) ? 1 : 0;
  }
  return count;
}

const random = () => 12345;

describe('losses that the settings ask for', () => {
  it('are none unless they are asked for', () => {
    const config = configOf({ debugSendDataLossRate: 0.5, debugReceiveDataLossRate: 0.5 });
    expect(sendEndpointLoss(config, random)).toBeUndefined();
    expect(receiveEndpointLoss(config, random)).toBeUndefined();
  });

  it('are repeated with the seeds that the settings give, one for each direction', () => {
    const directions = ['SendData', 'SendControl', 'ReceiveData', 'ReceiveControl'] as const;
    const lostOnes = (generator: LossGenerator | undefined): string => {
      const buffer = AtomicBuffer.allocate(64);
      return Array.from({ length: 100 }, () => generator?.shouldDropFrame(buffer, 0, 64, '', 1)).join();
    };
    const options: Record<string, unknown> = {
      ...{ sendChannelEndpointSupplier: 'debug', receiveChannelEndpointSupplier: 'debug' },
    };
    directions.forEach((direction, i) => {
      options[`debug${direction}LossRate`] = 0.5;
      options[`debug${direction}LossSeed`] = i === 3 ? -1 : 100 + i;
    });
    const config = configOf(options);
    const send = sendEndpointLoss(config, random)?.();
    const receive = receiveEndpointLoss(config, random)?.();
    const seeds = [100, 101, 102, random()];
    expect([send?.data, send?.control, receive?.data, receive?.control].map(lostOnes)).toEqual(
      seeds.map((seed) => lostOnes(new RandomLossGenerator(0.5, seed))),
    );
  });

  it('are those of debug end points, by direction', () => {
    const config = configOf({
      ...{ sendChannelEndpointSupplier: 'debug', debugSendDataLossRate: 0.5, debugSendControlLossRate: 0.1 },
      ...{ receiveChannelEndpointSupplier: 'debug', debugReceiveControlLossRate: 1 },
    });
    const send = sendEndpointLoss(config, random)?.();
    const receive = receiveEndpointLoss(config, random)?.();
    expect(lost(send?.data)).toBeGreaterThan(400);
    expect(lost(send?.data)).toBeLessThan(600);
    expect(lost(send?.control)).toBeLessThan(200);
    expect(lost(send?.control)).toBeGreaterThan(0);
    expect(lost(receive?.data)).toBe(0);
    expect(lost(receive?.control)).toBe(DATAGRAMS);
  });

  it('are those of interceptors: what comes in is data to a receiver and control to a sender', () => {
    const config = configOf({ incomingInterceptors: ['loss'], lossArgs: 'rate=1|seed=3|recv-msg-mask=8' });
    const send = sendEndpointLoss(config, random)?.();
    const receive = receiveEndpointLoss(config, random)?.();
    expect(lost(send?.control, FrameType.SM)).toBe(DATAGRAMS); // 1 << 3
    expect(lost(send?.control, FrameType.NAK)).toBe(0);
    expect(lost(receive?.data, FrameType.SM)).toBe(DATAGRAMS);
    expect([send?.data, receive?.control]).toEqual([undefined, undefined]);
  });

  it('add up when several are named, and are made anew for each end point', () => {
    const config = configOf({
      ...{ outgoingInterceptors: ['loss', 'fixed-loss'], lossArgs: 'rate=0.5' },
      fixedLossArgs: 'term-id=1|term-offset=0|length=64',
    });
    const supplier = sendEndpointLoss(config, random);
    expect(supplier?.().data).not.toBe(supplier?.().data);
    expect(lost(supplier?.().data)).toBeGreaterThan(400);
  });

  it.each([
    [{ outgoingInterceptors: ['lost'] }, 'unknown interceptor: name=lost'],
    [{ incomingInterceptors: ['loss'], lossArgs: 'rate=much' }, 'invalid arguments of interceptor loss: rate=much'],
    [{ incomingInterceptors: ['loss'], lossArgs: 'speed=1' }, 'invalid arguments'],
    [{ incomingInterceptors: ['loss'], lossArgs: 'rate=2' }, 'a loss rate is from 0 to 1'],
    [{ incomingInterceptors: ['fixed-loss'] }, 'interceptor fixed-loss lacks an argument: term-id'],
    [
      { incomingInterceptors: ['multi-gap-loss'], multiGapLossArgs: 'term-id=0|gap-radix=8|gap-length=9|total-gaps=1' },
      'a gap must be shorter',
    ],
  ])('refuse %j', (options, problem) => {
    expect(lossProblem(configOf(options))).toContain(problem);
  });
});
