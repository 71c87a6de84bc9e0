// SPDX-License-Identifier: Apache-2.0
/** Settings rows of the tools: what options leave open may come from properties (`-D`) and the environment. */
import { boolean, choice, type SettingsConfig, settingsTable, size, text } from '@aeron/core/internal';
import { directorySettings } from '../config/directory-settings.ts';

/** Where a driver is looked for. */
export const toolSettings = settingsTable({
  aeronDirectoryName: directorySettings.rows.aeronDirectoryName,
  mappingProvider: directorySettings.rows.mappingProvider,
});
export type ToolSettings = SettingsConfig<typeof toolSettings>;

/** Which file error-stat reads. */
export const errorStatSettings = settingsTable({
  errorFileName: text({
    property: 'aeron.samples.error.file.name',
    doc: 'File with an error log in it, in place of the driver’s.',
  }),
  errorFileOffset: size({
    property: 'aeron.samples.error.file.offset',
    default: '0',
    doc: 'Where in that file the log starts.',
  }),
});

/** How log-inspector shows a log. */
export const logInspectorSettings = settingsTable({
  dataFormat: choice(['hex', 'ascii'], {
    property: 'aeron.log.inspector.data.format',
    default: 'hex',
    aliases: { 'us-ascii': 'ascii', us_ascii: 'ascii' },
    doc: 'How the bodies of messages are shown.',
  }),
  skipDefaultHeader: boolean({
    property: 'aeron.log.inspector.skipDefaultHeader',
    default: false,
    doc: 'Leave the prepared frame header out.',
  }),
  scanOverZeroes: boolean({
    property: 'aeron.log.inspector.scanOverZeroes',
    default: false,
    doc: 'Look for frames behind places where nothing was written.',
  }),
});
