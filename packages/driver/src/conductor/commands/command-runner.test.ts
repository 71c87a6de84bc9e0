// SPDX-License-Identifier: Apache-2.0

import { AddPublicationFlyweight, CommandId, ErrorCode, OnErrorFlyweight } from '@aeron/codecs/internal';
import {
  AtomicBuffer,
  BROADCAST_TRAILER_LENGTH,
  BroadcastReceiver,
  BroadcastTransmitter,
  CopyBroadcastReceiver,
  ManyToOneRingBuffer,
  RING_BUFFER_TRAILER_LENGTH,
} from '@aeron/core/internal';
import { ClientProxy } from '../client-proxy.ts';
import { ControlProtocolError } from '../control-protocol-error.ts';
import type { Command } from './command.ts';
import { CommandRunner } from './command-runner.ts';
import type { CommandServices } from './command-services.ts';
import type { Medium } from './media.ts';

function fixture() {
  const ring = new ManyToOneRingBuffer(AtomicBuffer.allocate(4096 + RING_BUFFER_TRAILER_LENGTH));
  const toClients = AtomicBuffer.allocate(1024 * 1024 + BROADCAST_TRAILER_LENGTH);
  const receiver = new CopyBroadcastReceiver(new BroadcastReceiver(toClients));
  const commands: Command[] = [];
  const errors: Error[] = [];
  const state = { isBackPressured: false };
  const ipc: Partial<Medium> = { addPublication: () => commands.shift() as Command };
  const services = {
    proxy: new ClientProxy(new BroadcastTransmitter(toClients)),
    media: { ipc },
  } as unknown as CommandServices;
  const runner = new CommandRunner({
    ring,
    services,
    isBackPressured: () => state.isBackPressured,
    onError: (error) => {
      errors.push(error);
    },
  });
  const send = (correlationId: number) => {
    const message = new AddPublicationFlyweight().wrap(AtomicBuffer.allocate(64), 0);
    message.channel = 'aeron:ipc';
    message.correlationId = correlationId;
    ring.write(CommandId.ADD_PUBLICATION, message.buffer, 0, message.encodedLength);
  };
  const answers = () => {
    const found: { correlationId: number; errorCode: number; message: string }[] = [];
    const take = (_typeId: number, buffer: AtomicBuffer, offset: number) => {
      const answer = new OnErrorFlyweight().wrap(buffer, offset);
      const { offendingCommandCorrelationId: correlationId, errorCode, message } = answer;
      found.push({ correlationId, errorCode, message });
    };
    while (receiver.receive(take) > 0);
    return found;
  };
  return { answers, commands, errors, ring, runner, send, state };
}

/** A command that is done at the given step, and notes what is called. */
function steps(count: number, log: string[], failure?: Error): Command {
  let step = 0;
  return {
    step() {
      log.push('step');
      step++;
      if (failure !== undefined && step === count) {
        throw failure;
      }
      return step === count;
    },
    close() {
      log.push('close');
    },
  };
}

describe('CommandRunner', () => {
  it('steps one command to its end before it reads the next, and closes each', () => {
    const { commands, runner, send } = fixture();
    const log: string[] = [];
    commands.push(steps(3, log), steps(1, log));
    send(1);
    send(2);
    expect([1, 2, 3, 4, 5].map(() => runner.doWork())).toEqual([2, 1, 1, 2, 0]);
    expect(log).toEqual(['step', 'step', 'step', 'close', 'step', 'close']);
  });

  it('leaves commands in the ring while an agent has no room', () => {
    const { commands, ring, runner, send, state } = fixture();
    const log: string[] = [];
    commands.push(steps(1, log));
    send(1);
    state.isBackPressured = true;
    expect(runner.doWork()).toBe(0);
    expect(ring.size).toBeGreaterThan(0);
    state.isBackPressured = false;
    runner.doWork();
    expect(log).toEqual(['step', 'close']);
    expect(ring.size).toBe(0);
  });

  it('answers the command that fails, in whatever step, records the error, and goes on', () => {
    const { answers, commands, errors, runner, send } = fixture();
    const log: string[] = [];
    commands.push(steps(2, log, new TypeError('what now')), steps(1, log));
    send(1);
    send(2);
    for (let i = 0; i < 4; i++) {
      runner.doWork();
    }
    expect(answers()).toEqual([
      { correlationId: 1, errorCode: ErrorCode.GENERIC_ERROR, message: 'TypeError : what now' },
    ]);
    expect(errors.map((error) => error.message)).toEqual(['what now']);
    expect(log).toEqual(['step', 'step', 'close', 'step', 'close']);
  });

  it('keeps the error log free of what clients are expected to try again', () => {
    const { answers, commands, errors, runner, send } = fixture();
    const transient = new ControlProtocolError(ErrorCode.RESOURCE_TEMPORARILY_UNAVAILABLE, 'closing');
    commands.push(steps(1, [], transient));
    send(1);
    runner.doWork();
    expect(answers()).toEqual([{ correlationId: 1, errorCode: 10, message: 'closing' }]);
    expect(errors).toEqual([]);
  });

  it('tells lack of space apart, also where it is the cause of the error', () => {
    const { answers, commands, runner, send } = fixture();
    const cause = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    commands.push(steps(1, [], new Error('could not create', { cause })));
    send(1);
    runner.doWork();
    expect(answers()).toEqual([{ correlationId: 1, errorCode: ErrorCode.STORAGE_SPACE, message: 'could not create' }]);
  });

  it('cuts a text that no event could carry', () => {
    const { answers, commands, runner, send } = fixture();
    commands.push(steps(1, [], new Error('x'.repeat(100_000))));
    send(1);
    runner.doWork();
    const [answer] = answers();
    expect(answer?.correlationId).toBe(1);
    expect(answer?.message).toMatch(/^Error : x{10000}x*$/);
    expect(answer?.message.length).toBeLessThan(100_000);
  });

  it('drops the command under way when it closes', () => {
    const { commands, runner, send } = fixture();
    const log: string[] = [];
    commands.push(steps(9, log));
    send(1);
    runner.doWork();
    runner.close();
    runner.doWork();
    expect(log).toEqual(['step', 'close']);
  });

  it('survives a command that fails to close', () => {
    const { commands, errors, runner, send } = fixture();
    commands.push({
      step: () => true,
      close() {
        throw new Error('stuck');
      },
    });
    send(1);
    runner.doWork();
    expect(errors.map((error) => error.message)).toEqual(['stuck']);
    expect(runner.doWork()).toBe(0);
  });
});
