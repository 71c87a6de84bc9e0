// SPDX-License-Identifier: Apache-2.0
/** The page docs/CONFIG.md, made of the settings tables of all packages. */
import { agentSettings } from '../../packages/agent/src/config/agent-settings.ts';
import { clientSettings } from '../../packages/client/src/config/client-settings.ts';
import { settingsMarkdown } from '../../packages/core/src/config/settings-text.ts';
import { driverSettings } from '../../packages/driver/src/config/driver-config.ts';
import { GENERATED } from './markdown.ts';

const INTRODUCTION = `# Settings

${GENERATED}

A setting may be given as an option in code, as an environment variable, or as a property in a properties file or with
\`-D\`; the first of these that has it decides. Names are those of the reference, so its configurations work unchanged. \`@null\` or an
empty value unsets a setting: then the default holds, whatever a lower source says.

Durations are written as \`500ms\` (\`ns\`, \`us\`, \`ms\`, \`s\`; ns where there is no unit), sizes as \`64k\` (\`k\`, \`m\`, \`g\` of 1024). In code a
plain number is ns where the name ends in \`Ns\`, ms where it ends in \`Ms\`, and bytes for lengths. Booleans are \`true\` or \`false\`,
also \`1\`/\`on\` and \`0\`/\`off\`.`;

export function settingsPage(): string {
  return [
    INTRODUCTION,
    '',
    '## Client',
    '',
    'Options of `Aeron.connect`.',
    '',
    settingsMarkdown(clientSettings, 3),
    '## Media driver',
    '',
    'Options of `MediaDriver.launch`, and settings of `aeronmd`.',
    '',
    settingsMarkdown(driverSettings, 3),
    '## Event logging',
    '',
    'Of a process that was started with `--import @aeron/agent/register`, and options of `installEventLog`.',
    '',
    settingsMarkdown(agentSettings, 3),
  ].join('\n');
}
