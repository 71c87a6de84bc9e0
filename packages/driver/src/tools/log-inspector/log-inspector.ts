// SPDX-License-Identifier: Apache-2.0
/**
 * log-inspector: all that a log file holds, of a publication or an image, while it is in use or afterwards. Reads only.
 *
 * @source aeron-samples/LogInspector, LogInspectorCli
 */
import { type DataHeaderFlyweight, LogBuffers } from '@aeron/codecs/internal';
import { formatLongDate } from '../text/dates.ts';
import { jsonLine } from '../text/json.ts';
import { type ToolCall, textOf } from '../tool-call.ts';
import { type BodyFormat, bodyText } from './body-text.ts';
import { type LogFacts, logFacts, type TailFacts } from './log-facts.ts';
import { type FramePlace, framesOf } from './log-frames.ts';

const RULE = '='.repeat(70);
const FLAG_BITS = 8;

export interface InspectOptions {
  readonly path: string;
  /** Bytes shown of each body at most. */
  readonly dumpLimit: number;
  readonly format: BodyFormat;
  readonly skipDefaultHeader: boolean;
  /** Whether to look for frames behind places where nothing was written. */
  readonly scanOverZeroes: boolean;
  /** Whether the text goes to a terminal, which control characters must not reach. */
  readonly visible: boolean;
}

/** @throws AeronError LOG_BUFFER_CORRUPT for what is no log; FILE_ACCESS or MAPPING when it can't be read. */
export function* inspectLog({ ports, json, signal }: ToolCall, options: InspectOptions): Generator<string> {
  const log = LogBuffers.map(ports.mapper, options.path, 'read-only');
  try {
    const facts = logFacts(log);
    yield json ? jsonLine(logDocument(options.path, facts)) : textOf(titleLines(options.path, ports.clock.epochMs()));
    yield json ? '' : textOf(factLines(facts, options.skipDefaultHeader));
    for (const [index, term] of log.terms.entries()) {
      yield json ? '' : textOf(['', RULE, `Index ${index} Term Data`, '']);
      for (const place of framesOf(term, options.scanOverZeroes)) {
        if (signal.aborted) {
          return;
        }
        yield* json ? frameDocument(index, place, options) : frameText(place, options);
      }
    }
  } finally {
    log.close();
  }
}

function titleLines(path: string, nowMs: number): string[] {
  return [RULE, `${formatLongDate(nowMs)} Inspection dump for ${path}`, RULE];
}

/** The metadata of a log. */
export function factLines(facts: LogFacts, skipDefaultHeader: boolean): string[] {
  return [
    `   Is connected: ${facts.isConnected}`,
    `Initial term id: ${facts.initialTermId}`,
    `     Term count: ${facts.termCount}`,
    `   Active index: ${facts.activeIndex}`,
    `    Term length: ${facts.termLength}`,
    `     MTU length: ${facts.mtuLength}`,
    `      Page size: ${facts.pageSize}`,
    `   EOS position: ${facts.endOfStreamPosition}`,
    '',
    ...(skipDefaultHeader ? [] : [`default ${headerText(facts.defaultHeader)}`]),
    '',
    ...facts.tails.map(tailLine),
  ];
}

function tailLine({ termOffset, termId, rawTail, position }: TailFacts, index: number): string {
  return `Index ${index} Term Meta Data termOffset=${termOffset} termId=${termId} rawTail=${rawTail} position=${position}`;
}

/** A frame header in the reference's words. */
export function headerText(header: DataHeaderFlyweight): string {
  const { frameLength, version, type, termOffset, sessionId, streamId, termId, reservedValue } = header;
  return (
    `DATA Header{frame-length=${frameLength} version=${version} flags=${flagBits(header)} type=${type} ` +
    `term-offset=${termOffset} session-id=${sessionId} stream-id=${streamId} term-id=${termId} reserved-value=${reservedValue}}`
  );
}

function flagBits({ flags }: DataHeaderFlyweight): string {
  return flags.toString(2).padStart(FLAG_BITS, '0');
}

function* frameText(place: FramePlace, options: InspectOptions): Generator<string> {
  yield `${place.offset}: ${headerText(place.header)}\n`;
  if (place.kind !== 'zeros') {
    yield* bodyOf(place, options);
    yield '\n';
  }
}

function bodyOf({ header, bodyOffset, bodyLength }: FramePlace, options: InspectOptions): Generator<string> {
  const length = Math.min(bodyLength, options.dumpLimit);
  return bodyText(header.buffer, bodyOffset, length, options.format, options.visible);
}

function logDocument(path: string, { defaultHeader, ...facts }: LogFacts): object {
  return { path, ...facts, defaultHeader: headerFacts(defaultHeader) };
}

/** Frames only: what was never written is of no use to a program. */
function* frameDocument(partition: number, place: FramePlace, options: InspectOptions): Generator<string> {
  if (place.kind === 'frame' || place.header.frameLength < 0) {
    const isComplete = place.kind === 'frame';
    const body = isComplete ? [...bodyOf(place, { ...options, visible: false })].join('') : undefined;
    yield jsonLine({ partition, offset: place.offset, ...headerFacts(place.header), isComplete, body });
  }
}

function headerFacts(header: DataHeaderFlyweight): object {
  const { frameLength, version, type, termOffset, sessionId, streamId, termId, reservedValue } = header;
  return {
    frameLength,
    version,
    flags: flagBits(header),
    type,
    termOffset,
    sessionId,
    streamId,
    termId,
    reservedValue,
  };
}
