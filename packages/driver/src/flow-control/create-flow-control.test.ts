// SPDX-License-Identifier: Apache-2.0
import { receiverReport } from '../testing/receiver-report.ts';
import { udpChannel } from '../testing/sender-harness.ts';
import {
  createFlowControl,
  type FlowControlConfig,
  type FlowControlRequest,
  flowControlName,
} from './create-flow-control.ts';

const CONFIG: FlowControlConfig = {
  unicastRetransmitWindowMultiple: 2,
  multicastRetransmitWindowMultiple: 1,
  multicastStrategy: 'max',
  groupTag: 7n,
  groupMinSize: 0,
  receiverTimeoutNs: 1000,
};
const WINDOW = 128 * 1024;
const TERM_LENGTH = 64 * 1024 * 1024;

function request(isMulticastSemantics: boolean, flowControl?: string): FlowControlRequest {
  return {
    ...{
      channel: udpChannel(),
      streamId: 1,
      sessionId: 2,
      registrationId: 3,
      initialTermId: 4,
      termLength: TERM_LENGTH,
    },
    ...{ isMulticastSemantics, flowControl },
    listener: { onReceiverAdded: () => undefined, onReceiverRemoved: () => undefined },
  };
}

function report(groupTag: bigint | undefined) {
  return receiverReport(1n, 0, { windowLength: 1024, groupTag });
}

describe('the flow control of a publication', () => {
  it.each([
    [false, undefined, 'unicast', 2],
    [false, 'max,rrwm:3', 'unicast', 3],
    [true, undefined, 'max', 1],
    [true, 'max,rrwm:5', 'max', 5],
    [true, 'min', 'min', 1],
    [true, 'tagged,g:5,rrwm:4', 'tagged', 4],
  ] as const)('group=%s fc=%s is %s', (isGroup, parameter, name, windows) => {
    const flowControl = createFlowControl(request(isGroup, parameter), CONFIG);
    expect(flowControl.name).toBe(name);
    expect(flowControlName(request(isGroup, parameter), CONFIG)).toBe(name);
    expect(flowControl.maxRetransmissionLength(0, TERM_LENGTH, TERM_LENGTH)).toBe(windows * WINDOW);
  });

  it('takes the settings where the channel says nothing, and the channel where it does', () => {
    const config = { ...CONFIG, multicastStrategy: 'tagged' as const, groupMinSize: 1 };
    const configured = createFlowControl(request(true), config);
    configured.onStatusMessage(report(7n), 0, 0);
    expect([configured.name, configured.receiverCount, configured.hasRequiredReceivers]).toEqual(['tagged', 1, true]);
    configured.onIdle(0, 1001);
    expect(configured.hasRequiredReceivers).toBe(false);
    const asked = createFlowControl(request(true, 'tagged,g:8/0,t:5us'), config);
    asked.onStatusMessage(report(7n), 0, 0);
    expect([asked.receiverCount, asked.hasRequiredReceivers]).toEqual([0, true]);
    asked.onStatusMessage(report(8n), 0, 0);
    asked.onIdle(0, 1001);
    expect(asked.receiverCount).toBe(1);
  });

  it('refuses what it cannot read', () => {
    expect(() => createFlowControl(request(true, 'fastest'), CONFIG)).toThrow('fc=fastest');
    expect(() => flowControlName(request(false, 'min,t:x'), CONFIG)).toThrow('receiver timeout');
  });
});
