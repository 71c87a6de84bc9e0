// SPDX-License-Identifier: Apache-2.0
/** The page docs/ERRORS.md, made of the tables of error codes and of the error classes themselves. */
import {
  ChannelEndpointError,
  ClientTimeoutError,
  ConductorServiceTimeoutError,
  DriverTimeoutError,
  RegistrationError,
} from '../../packages/client/src/errors/client-errors.ts';
import { OFFER_RESULTS } from '../../packages/client/src/publication/offer-result.ts';
import { ERROR_CODE_ROWS } from '../../packages/codecs/src/command/error-code.ts';
import {
  AeronError,
  type AeronErrorCode,
  AgentTerminationError,
  ConfigurationError,
  ERROR_CODES,
} from '../../packages/core/src/errors/aeron-error.ts';
import { GENERATED, markdownTable } from './markdown.ts';

const INTRODUCTION = `# Errors

${GENERATED} What newcomers meet first, and what to do about it: [troubleshooting](guides/troubleshooting.md).`;

const AERON_ERRORS = `## AeronError

Failures in operation are \`AeronError\`s. Their \`code\` never changes its meaning: decide by it, with \`isAeronError(error, 'TIMEOUT')\`, not by
class or message. \`message\` names what failed, with \`name=value\` pairs, and often what to do; \`cause\` is what lay behind it. \`category\`
is \`FATAL\` when the client or driver can't go on, \`ERROR\`, or \`WARN\`. Some codes have a class that carries more.

Wrong types, and states that can't be, are no \`AeronError\`: they are mistakes of a program (\`TypeError\`, \`AssertionError\`).`;

const DRIVER_ERRORS = `## Reasons of the driver

A \`RegistrationError\` has the driver's reason: its name in \`errorCode\`, its number in \`errorCodeValue\`. Numbers are the reference's. They are
also in error frames, by which a receiver tells a publisher that it was rejected.`;

const OFFERS = `## Results of an offer

\`offer\` and \`tryClaim\` do not throw when a message can't be written now. They return the stream position behind the message, or one of these.
\`errorString(result)\` is the name, \`isRetryable(result)\` says whether it may pass.`;

/** Own properties beyond those of every AeronError, by code. */
const CLASSES: readonly AeronError[] = [
  new ConfigurationError(''),
  new RegistrationError(1, 1, ''),
  new DriverTimeoutError(''),
  new ClientTimeoutError(''),
  new ConductorServiceTimeoutError(''),
  new ChannelEndpointError(1, ''),
  new AgentTerminationError(''),
];

export function errorsPage(): string {
  const codes = Object.keys(ERROR_CODES) as AeronErrorCode[];
  return [
    INTRODUCTION,
    AERON_ERRORS,
    markdownTable(['code', 'category', 'meaning', 'class'], codes.map(codeRow)),
    DRIVER_ERRORS,
    markdownTable(
      ['number', 'name', 'meaning'],
      Object.entries(ERROR_CODE_ROWS).map(([name, { value, doc }]) => [value, `\`${name}\``, doc]),
    ),
    OFFERS,
    markdownTable(
      ['number', 'name', 'retryable', 'why, and what to do'],
      OFFER_RESULTS.map(({ code, name, isRetryable, advice }) => [
        code,
        `\`${name}\``,
        isRetryable ? 'yes' : 'no',
        advice,
      ]),
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

function codeRow(code: AeronErrorCode): readonly string[] {
  const { category, doc } = ERROR_CODES[code];
  return [`\`${code}\``, category, doc, classText(CLASSES.find((each) => each.code === code))];
}

function classText(example: AeronError | undefined): string {
  if (example === undefined) {
    return '';
  }
  const common = Object.keys(new AeronError('AERON', ''));
  const own = Object.keys(example).filter((name) => !common.includes(name));
  return `\`${example.name}\`${own.length === 0 ? '' : `: ${own.map((name) => `\`${name}\``).join(', ')}`}`;
}
