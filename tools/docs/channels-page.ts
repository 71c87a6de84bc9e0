// SPDX-License-Identifier: Apache-2.0
/** The page docs/CHANNELS.md, made of the table of channel parameters. */
import { URI_PARAMETERS } from '../../packages/codecs/src/uri/uri-parameters.ts';
import { GENERATED, markdownTable } from './markdown.ts';

const INTRODUCTION = `# Channels

${GENERATED} Examples of each kind of channel: [IPC](guides/ipc.md), [UDP](guides/udp.md).

A channel is a URI: \`aeron:ipc\` or \`aeron:udp\`, a question mark, and parameters with \`|\` between them:
\`aeron:udp?endpoint=224.20.30.39:24326|interface=localhost|term-length=64k\`. A spy has \`aeron-spy:\` in front. \`channelUri({ … })\` and
\`ChannelUriStringBuilder\` write one from the names of the second column, and check it. A parameter that is not in this table is ignored, as by the
reference; when a channel is refused the message names those too.

**For**: P publications, S subscriptions, D destinations, C clients. Sizes take \`k\`, \`m\`, \`g\` of 1024; durations \`ns\`, \`us\`, \`ms\`, \`s\`. What holds
where a channel says nothing is a setting of the driver: [CONFIG](CONFIG.md) names the parameter beside it.`;

export function channelsPage(): string {
  const rows = Object.entries(URI_PARAMETERS).map(([key, { name, kind, sides, doc }]) => [
    `\`${name}\``,
    `\`${key}\``,
    `\`${kind.name}\``,
    sides,
    doc,
  ]);
  const table = markdownTable(['parameter', 'in code', 'value', 'for', 'meaning'], rows);
  return `${INTRODUCTION}\n\n${table}\n`;
}
