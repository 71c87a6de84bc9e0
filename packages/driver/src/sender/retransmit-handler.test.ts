// SPDX-License-Identifier: Apache-2.0
import { WindowFlowControl } from '../flow-control/window-flow-control.ts';
import { RetransmitHandler, type RetransmitOptions } from './retransmit-handler.ts';

const TERM_LENGTH = 64 * 1024;

function handler(options: Partial<RetransmitOptions> = {}) {
  const resends: string[] = [];
  let overflows = 0;
  const retransmits = new RetransmitHandler({
    delayNs: 0,
    lingerNs: 1000,
    maxResend: 2,
    hasGroupSemantics: false,
    onOverflow: () => overflows++,
    ...options,
  });
  const flowControl = new WindowFlowControl('unicast', 16);
  const resend = (termId: number, offset: number, length: number): void => {
    resends.push(`${termId}:${offset}+${length}`);
  };
  return {
    resends,
    overflows: () => overflows,
    nak: (termOffset: number, length: number, nowNs: number, termId = 1) =>
      retransmits.onNak({ termId, termOffset, length }, TERM_LENGTH, flowControl, resend, nowNs),
    tick: (nowNs: number) => retransmits.processTimeouts(resend, nowNs),
    received: (termOffset: number) => retransmits.onRetransmitReceived(1, termOffset),
  };
}

describe('retransmit handler', () => {
  it('sends again at once and ignores NAKs that start inside for the linger time', () => {
    const { nak, tick, resends } = handler();
    nak(128, 256, 0);
    nak(256, 32, 10);
    nak(128, 256, 20);
    expect(resends).toEqual(['1:128+256']);
    tick(1001);
    nak(128, 256, 1002);
    expect(resends).toHaveLength(2);
  });

  it('takes the one action over for another gap of a unicast stream', () => {
    const { nak, resends, overflows } = handler();
    nak(0, 64, 0);
    nak(512, 64, 1);
    nak(512, 64, 2, 2);
    expect(resends).toEqual(['1:0+64', '1:512+64', '2:512+64']);
    expect(overflows()).toBe(0);
  });

  it('drops and counts NAKs of a group once its pool is in use', () => {
    const { nak, tick, resends, overflows } = handler({ hasGroupSemantics: true });
    nak(0, 64, 0);
    nak(512, 64, 0);
    nak(1024, 64, 0);
    expect(resends).toHaveLength(2);
    expect(overflows()).toBe(1);
    tick(1001);
    nak(1024, 64, 1002);
    expect(resends).toHaveLength(3);
  });

  it('waits for its delay, and not any more once another served it', () => {
    const { nak, tick, received, resends } = handler({ delayNs: 500, hasGroupSemantics: true });
    nak(0, 64, 0);
    nak(512, 64, 0);
    received(512);
    tick(500);
    expect(resends).toEqual([]);
    tick(501);
    expect(resends).toEqual(['1:0+64']);
  });

  it('ignores an empty NAK and stays within the term', () => {
    const { nak, resends } = handler();
    nak(0, 0, 0);
    nak(TERM_LENGTH - 64, 4096, 0);
    expect(resends).toEqual([`1:${TERM_LENGTH - 64}+64`]);
  });
});
