// SPDX-License-Identifier: Apache-2.0
/**
 * The functions that an application hands to a poll. They run inside it, in the polling thread; buffers and headers are valid
 * during the call only. What a handler throws goes to the subscriber error handler and the fragment counts as read.
 */
import type { AtomicBuffer } from '@aeron/core';
import type { ControlledAction } from './controlled-action.ts';
import type { Header } from './header.ts';

/**
 * Takes one fragment: `length` bytes at `offset` of `buffer`, without the frame header.
 *
 * @source aeron-client/FragmentHandler
 */
export type FragmentHandler = (buffer: AtomicBuffer, offset: number, length: number, header: Header) => void;

/**
 * Takes one fragment and steers the poll. An answer that is none of {@link ControlledAction} (such as undefined) means CONTINUE.
 *
 * @source aeron-client/ControlledFragmentHandler
 */
export type ControlledFragmentHandler = (
  buffer: AtomicBuffer,
  offset: number,
  length: number,
  header: Header,
) => ControlledAction;

/**
 * Takes a run of whole frames with their headers. The block may be a single padding frame: look at the type of the first frame.
 *
 * @source aeron-client/BlockHandler
 */
export type BlockHandler = (
  buffer: AtomicBuffer,
  offset: number,
  length: number,
  sessionId: number,
  termId: number,
) => void;

/**
 * Takes a run of whole frames together with where it lies in the log file, to be copied from file to file.
 *
 * @source aeron-client/RawBlockHandler
 */
export type RawBlockHandler = (
  filePath: string,
  fileOffset: number,
  termBuffer: AtomicBuffer,
  termOffset: number,
  length: number,
  sessionId: number,
  termId: number,
) => void;
