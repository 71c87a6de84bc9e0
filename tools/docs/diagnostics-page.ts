// SPDX-License-Identifier: Apache-2.0
/** The page docs/DIAGNOSTICS.md, made of the tables of diagnostics channels. */
import { CLIENT_CHANNELS } from '../../packages/client/src/diagnostics/client-channels.ts';
import { DRIVER_CHANNELS } from '../../packages/driver/src/diagnostics/driver-diagnostics.ts';
import { GENERATED, markdownTable } from './markdown.ts';

const INTRODUCTION = `# Diagnostics channels

${GENERATED} How to listen: [diagnostics](guides/diagnostics.md).`;

const CLIENT = `## Of a client

Each message also has \`clientId\`, \`clientName\` and \`aeronDirectory\`. Types: \`ClientDiagnosticMessages\` of \`@aeron/client\`.`;

const DRIVER = `## Of a driver

In the thread that launched it. Each message also has \`aeronDirectory\`, \`pid\` and \`threadingMode\`. Types: \`DriverDiagnosticMessages\` of
\`@aeron/driver\`.`;

export function diagnosticsPage(): string {
  return [INTRODUCTION, CLIENT, channels(CLIENT_CHANNELS), DRIVER, channels(DRIVER_CHANNELS)].join('\n\n').concat('\n');
}

function channels(
  rows: Readonly<Record<string, { readonly doc: string; readonly fields: readonly string[] }>>,
): string {
  return markdownTable(
    ['channel', 'when', 'fields'],
    Object.entries(rows).map(([name, { doc, fields }]) => [
      `\`${name}\``,
      doc,
      fields.map((field) => `\`${field}\``).join(', '),
    ]),
  );
}
