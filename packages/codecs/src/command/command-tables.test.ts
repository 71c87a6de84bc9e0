// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer } from '@aeron/core/internal';
import { COMMANDS, CommandId, commandById } from './commands.ts';
import { CONTROL_PROTOCOL_VERSION, suppliesSessionIds } from './control-protocol-version.ts';
import { ErrorCode, errorCodeName } from './error-code.ts';
import { EVENTS, EventId, eventById } from './events.ts';

describe('commands', () => {
  it('have the ids of the control protocol, without gaps', () => {
    expect(COMMANDS.map(({ id, name }) => [id, name])).toEqual([
      [1, 'ADD_PUBLICATION'],
      [2, 'REMOVE_PUBLICATION'],
      [3, 'ADD_EXCLUSIVE_PUBLICATION'],
      [4, 'ADD_SUBSCRIPTION'],
      [5, 'REMOVE_SUBSCRIPTION'],
      [6, 'CLIENT_KEEPALIVE'],
      [7, 'ADD_DESTINATION'],
      [8, 'REMOVE_DESTINATION'],
      [9, 'ADD_COUNTER'],
      [10, 'REMOVE_COUNTER'],
      [11, 'CLIENT_CLOSE'],
      [12, 'ADD_RCV_DESTINATION'],
      [13, 'REMOVE_RCV_DESTINATION'],
      [14, 'TERMINATE_DRIVER'],
      [15, 'ADD_STATIC_COUNTER'],
      [16, 'REJECT_IMAGE'],
      [17, 'REMOVE_DESTINATION_BY_ID'],
      [18, 'GET_NEXT_AVAILABLE_SESSION_ID'],
    ]);
  });

  it('are answered by events that exist', () => {
    const events: readonly string[] = ['none', ...EVENTS.map(({ name }) => name)];
    expect(COMMANDS.filter(({ reply }) => !events.includes(reply))).toEqual([]);
    expect(COMMANDS.filter(({ reply }) => reply === 'none').map(({ name }) => name)).toEqual([
      'CLIENT_KEEPALIVE',
      'CLIENT_CLOSE',
      'TERMINATE_DRIVER',
    ]);
  });

  it('are found by id', () => {
    expect(commandById(CommandId.REJECT_IMAGE)?.name).toBe('REJECT_IMAGE');
    expect([0, -1, 0x13, 0x0f01].map(commandById)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('start with client id and correlation id', () => {
    for (const { layout } of COMMANDS) {
      const buffer = AtomicBuffer.allocate(64);
      buffer.putInt64(0, 11);
      buffer.putInt64(8, 22);
      expect(layout.dissect(buffer, 0, 64)).toMatchObject({ clientId: 11, correlationId: 22 });
    }
  });
});

describe('events', () => {
  it('have the ids of the control protocol, without gaps', () => {
    expect(EVENTS.map(({ id, name }) => [id, name])).toEqual([
      [0xf01, 'ON_ERROR'],
      [0xf02, 'ON_AVAILABLE_IMAGE'],
      [0xf03, 'ON_PUBLICATION_READY'],
      [0xf04, 'ON_OPERATION_SUCCESS'],
      [0xf05, 'ON_UNAVAILABLE_IMAGE'],
      [0xf06, 'ON_EXCLUSIVE_PUBLICATION_READY'],
      [0xf07, 'ON_SUBSCRIPTION_READY'],
      [0xf08, 'ON_COUNTER_READY'],
      [0xf09, 'ON_UNAVAILABLE_COUNTER'],
      [0xf0a, 'ON_CLIENT_TIMEOUT'],
      [0xf0b, 'ON_STATIC_COUNTER'],
      [0xf0c, 'ON_PUBLICATION_ERROR'],
      [0xf0d, 'ON_NEXT_AVAILABLE_SESSION_ID'],
    ]);
  });

  it('are found by id', () => {
    expect(eventById(EventId.ON_COUNTER_READY)?.name).toBe('ON_COUNTER_READY');
    expect([0, 1, 0xf00, 0xf0e].map(eventById)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('error codes', () => {
  it('have names, and numbers not known have one in common', () => {
    expect([0, 7, 11, 14].map(errorCodeName)).toEqual([
      'UNUSED',
      'MALFORMED_COMMAND',
      'GENERIC_ERROR',
      'PUBLICATION_REVOKED',
    ]);
    expect([-1, -2, 15, 1000].map(errorCodeName)).toEqual(Array.from({ length: 4 }, () => 'UNKNOWN_CODE_VALUE'));
  });

  it('run from 0 to 14 besides the unknown one', () => {
    const values = Object.values(ErrorCode).sort((a, b) => a - b);
    expect(values).toEqual(Array.from({ length: 16 }, (_, i) => i - 1));
  });
});

describe('control protocol version', () => {
  it('is 1.0.0, from which on drivers supply session ids', () => {
    expect(CONTROL_PROTOCOL_VERSION).toBe(0x010000);
    expect([0, 0x00ffff, 0x010000, 0x020000].map(suppliesSessionIds)).toEqual([false, false, true, true]);
  });
});
