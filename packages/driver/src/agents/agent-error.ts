// SPDX-License-Identifier: Apache-2.0
/** An error of an agent as data, and back: for the error log, which only the conductor writes. Pure. */
import { AeronError, type AeronErrorCode, ERROR_CODES } from '@aeron/core/internal';
import type { ConductorCommand } from './agent-commands.ts';

type AgentErrorEvent = Extract<ConductorCommand, { readonly kind: 'agent-error' }>;

/** The error that an agent told of. */
export function agentErrorOf({ role, name, message, stack, code }: AgentErrorEvent): Error {
  const error = isErrorCode(code) ? new AeronError(code, message) : new Error(message);
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  error.stack = stack ?? `${name}: ${message}\n    in agent ${role}`;
  return error;
}

function isErrorCode(code: string | undefined): code is AeronErrorCode {
  return code !== undefined && code in ERROR_CODES;
}
