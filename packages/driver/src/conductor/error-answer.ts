// SPDX-License-Identifier: Apache-2.0
/** What a client is told when its command fails: a code of the control protocol and a text. Pure. */

import { ErrorCode } from '@aeron/codecs/internal';
import { isAeronError } from '@aeron/core/internal';
import { ControlProtocolError } from './control-protocol-error.ts';

export interface ErrorAnswer {
  readonly errorCode: number;
  readonly message: string;
}

/** Causes are followed this far; a chain that is longer is a loop. */
const CAUSE_DEPTH_LIMIT = 16;
const NO_SPACE = 'ENOSPC';

/**
 * A refusal keeps its code. Lack of space has one of its own. Everything else is generic, with the class of the error before
 * the text.
 *
 * @source aeron-driver/ClientCommandAdapter
 */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof ControlProtocolError) {
    return { errorCode: error.errorCode, message: error.message };
  }
  if (!(error instanceof Error)) {
    return { errorCode: ErrorCode.GENERIC_ERROR, message: String(error) };
  }
  if (isStorageSpaceError(error)) {
    return { errorCode: ErrorCode.STORAGE_SPACE, message: error.message };
  }
  return { errorCode: ErrorCode.GENERIC_ERROR, message: `${error.name} : ${error.message}` };
}

function isStorageSpaceError(error: Error): boolean {
  let current: unknown = error;
  for (let depth = 0; current instanceof Error && depth < CAUSE_DEPTH_LIMIT; depth++) {
    const code: unknown = 'code' in current ? current.code : undefined;
    if (code === NO_SPACE || isAeronError(current, 'STORAGE_SPACE')) {
      return true;
    }
    current = current.cause;
  }
  return false;
}
