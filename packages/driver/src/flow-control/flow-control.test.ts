// SPDX-License-Identifier: Apache-2.0
import { receiverReport as report, REPORTED_WINDOW_LENGTH as WINDOW } from '../testing/receiver-report.ts';
import { bothWords, highWord, lowWord } from './flow-control.ts';
import { parseFlowControl } from './flow-control-parameter.ts';
import { MinFlowControl } from './min-flow-control.ts';
import { WindowFlowControl } from './window-flow-control.ts';

const SECOND_NS = 1_000_000_000;

function minFlowControl(options: { name?: 'min' | 'tagged'; groupMinSize?: number } = {}) {
  const events: string[] = [];
  const flowControl = new MinFlowControl({
    name: options.name ?? 'min',
    groupTag: 7n,
    groupMinSize: options.groupMinSize ?? 0,
    receiverTimeoutNs: 5 * SECOND_NS,
    receiverWindowMultiple: 4,
    listener: {
      onReceiverAdded: (receiverId, count) => events.push(`+${receiverId}/${count}`),
      onReceiverRemoved: (receiverId, count) => events.push(`-${receiverId}/${count}`),
    },
  });
  return { flowControl, events };
}

describe('unicast and max flow control', () => {
  it('follow the furthest receiver and never step back', () => {
    const flowControl = new WindowFlowControl('max', 4);
    expect(flowControl.onStatusMessage(report(1n, 5000), 0)).toBe(15_000);
    expect(flowControl.onStatusMessage(report(2n, 1000), 15_000)).toBe(15_000);
    expect(flowControl.onIdle(15_000)).toBe(15_000);
    expect(flowControl.hasRequiredReceivers).toBe(true);
  });

  it.each([
    [0, 1_000_000, 65536, 65536],
    [0, 10_000_000, 16 * 1024 * 1024, 4 * 128 * 1024],
    [60_000, 10_000, 65536, 5536],
    [0, 500, 65536, 500],
  ])('limit a retransmission to term, request and windows: offset %d request %d', (offset, request, term, expected) => {
    expect(new WindowFlowControl('max', 4).maxRetransmissionLength(offset, request, term)).toBe(expected);
  });
});

describe('the words of 64 bits', () => {
  it.each([0n, 1n, -1n, 0x7fff_ffff_ffff_ffffn, -(2n ** 63n), 0x1234_5678_9abc_def0n, -5_000_000_000n])(
    'are %s',
    (value) => {
      expect(bothWords(lowWord(value), highWord(value))).toBe(value);
    },
  );
});

describe('min flow control', () => {
  it('keeps receivers apart whose ids differ in one word only', () => {
    const { flowControl, events } = minFlowControl();
    for (const id of [1n, (1n << 32n) | 1n, -1n, 0xffff_ffffn]) {
      flowControl.onStatusMessage(report(id, 0), 0, 0);
    }
    expect(events).toEqual(['+1/1', '+4294967297/2', '+-1/3', '+4294967295/4']);
  });

  it('lets the slowest receiver hold the limit, and idle passes set it to exactly that', () => {
    const { flowControl } = minFlowControl();
    let limit = flowControl.onStatusMessage(report(1n, 20_000), 0, 0);
    expect(limit).toBe(30_000);
    limit = flowControl.onStatusMessage(report(2n, 12_000), limit, 1);
    expect(limit).toBe(30_000);
    expect(flowControl.onIdle(limit, 2)).toBe(22_000);
  });

  it('does not wait for a new receiver that is more than a window behind', () => {
    const { flowControl, events } = minFlowControl();
    flowControl.onStatusMessage(report(1n, 50_000), 0, 0);
    flowControl.onStatusMessage(report(2n, 39_999), 60_000, 0);
    expect(events).toEqual(['+1/1']);
    flowControl.onStatusMessage(report(2n, 40_000), 60_000, 0);
    expect(events).toEqual(['+1/1', '+2/2']);
  });

  it('drops receivers that are silent, leaving or failed, in idle passes only', () => {
    const { flowControl, events } = minFlowControl();
    flowControl.onStatusMessage(report(1n, 1000), 0, 0);
    flowControl.onStatusMessage(report(2n, 1000), 0, 0);
    flowControl.onStatusMessage(report(3n, 1000), 0, 6 * SECOND_NS);
    flowControl.onStatusMessage(report(4n, 1000), 0, 6 * SECOND_NS);
    flowControl.onStatusMessage(report(3n, 2000, { isEndOfStream: true }), 0, 6 * SECOND_NS);
    flowControl.onError(4n, undefined);
    expect(flowControl.receiverCount).toBe(4);
    flowControl.onIdle(11_000, 6 * SECOND_NS);
    expect(flowControl.receiverCount).toBe(0);
    expect(events.slice(4)).toEqual(['-4/3', '-3/2', '-2/1', '-1/0']);
  });

  it('freezes the limit below the required number of receivers', () => {
    const { flowControl } = minFlowControl({ groupMinSize: 2 });
    expect(flowControl.onStatusMessage(report(1n, 0), 0, 0)).toBe(0);
    expect(flowControl.hasRequiredReceivers).toBe(false);
    expect(flowControl.onStatusMessage(report(2n, 0), 0, 0)).toBe(WINDOW);
    expect(flowControl.hasRequiredReceivers).toBe(true);
  });

  it('holds the limit for a receiver that asked for a set-up, until one joins or the time-out passes', () => {
    const { flowControl } = minFlowControl();
    flowControl.onStatusMessage(report(1n, 0), 0, 0);
    flowControl.onSetupTriggered(report(2n, 0));
    flowControl.onSetupSent(WINDOW, 0);
    expect(flowControl.onStatusMessage(report(1n, 5000), WINDOW, 1)).toBe(WINDOW);
    expect(flowControl.onStatusMessage(report(2n, 4000), WINDOW, 2)).toBe(WINDOW);
    expect(flowControl.onStatusMessage(report(1n, 5000), WINDOW, 3)).toBe(14_000);

    const alone = minFlowControl().flowControl;
    alone.onStatusMessage(report(1n, 0), 0, 0);
    alone.onSetupTriggered(report(2n, 0));
    alone.onSetupSent(WINDOW, 0);
    expect(alone.onStatusMessage(report(1n, 5000), WINDOW, 6 * SECOND_NS)).toBe(15_000);
  });
});

describe('tagged flow control', () => {
  it('waits only for receivers that carry the tag, but lets anybody open the window before one is there', () => {
    const { flowControl, events } = minFlowControl({ name: 'tagged' });
    expect(flowControl.onStatusMessage(report(1n, 5000), 0, 0)).toBe(15_000);
    expect(events).toEqual([]);
    flowControl.onStatusMessage(report(2n, 5000, { groupTag: 7n }), 15_000, 0);
    flowControl.onStatusMessage(report(3n, 5000, { groupTag: 8n }), 15_000, 0);
    expect(events).toEqual(['+2/1']);
    expect(flowControl.onStatusMessage(report(1n, 90_000), 15_000, 0)).toBe(15_000);
  });

  it('holds the limit for those alone who carry the tag and ask for a set-up', () => {
    for (const [groupTag, limit] of [
      [8n, 14_000],
      [7n, WINDOW],
    ] as const) {
      const { flowControl } = minFlowControl({ name: 'tagged' });
      flowControl.onStatusMessage(report(1n, 0, { groupTag: 7n }), 0, 0);
      flowControl.onSetupTriggered(report(2n, 0, { groupTag }));
      flowControl.onSetupSent(WINDOW, 0);
      expect(flowControl.onStatusMessage(report(1n, 4000, { groupTag: 7n }), WINDOW, 1)).toBe(limit);
    }
  });

  it('goes on without a receiver that reports an error under the tag', () => {
    const { flowControl, events } = minFlowControl({ name: 'tagged' });
    flowControl.onStatusMessage(report(1n, 0, { groupTag: 7n }), 0, 0);
    flowControl.onError(1n, 8n);
    flowControl.onError(1n, undefined);
    flowControl.onIdle(WINDOW, 1);
    expect(flowControl.receiverCount).toBe(1);
    flowControl.onError(1n, 7n);
    flowControl.onIdle(WINDOW, 2);
    expect(events).toEqual(['+1/1', '-1/0']);
  });
});

describe('the fc parameter', () => {
  it.each([
    ['max', { strategy: 'max' }],
    ['min,t:10s', { strategy: 'min', receiverTimeoutNs: 10 * SECOND_NS }],
    ['min,g:5/3', { strategy: 'min', groupMinSize: 3 }],
    ['tagged,g:-12/2,t:100ms', { strategy: 'tagged', groupTag: -12n, groupMinSize: 2, receiverTimeoutNs: 100_000_000 }],
    ['tagged,g:/4,rrwm:8', { strategy: 'tagged', groupMinSize: 4, receiverWindowMultiple: 8 }],
  ])('reads %s', (text, expected) => {
    const parsed = Object.fromEntries(
      Object.entries(parseFlowControl(text)).filter(([, value]) => value !== undefined),
    );
    expect(parsed).toEqual(expected);
  });

  it.each([
    '',
    'fast',
    'min,t:soon',
    'min,x:1',
    'tagged,g:abc',
    'tagged,g:9223372036854775808',
    'max,rrwm:0',
    'min,g:/-1',
  ])('refuses %j', (text) => {
    expect(() => parseFlowControl(text)).toThrow(expect.objectContaining({ code: 'INVALID_URI' }));
  });
});
