// SPDX-License-Identifier: Apache-2.0
/** Layout table of the start of the command-and-control file. Code: generated/. */
import { i32, i64, offsets, reserved } from '../../../../tools/codegen/layout.ts';

export const cncMetadata = offsets(
  'CncMetadata',
  {
    version: i32.at(0).about('Semantic version of the file; 0 until the driver is ready, stored last.'),
    toDriverBufferLength: i32.at(4).about('Ring with its trailer, bytes.'),
    toClientsBufferLength: i32.at(8).about('Broadcast buffer with its trailer, bytes.'),
    countersMetadataBufferLength: i32.at(12),
    countersValuesBufferLength: i32.at(16),
    errorLogBufferLength: i32.at(20),
    clientLivenessTimeoutNs: i64.at(24),
    startTimestampMs: i64.at(32).about('When the driver started, epoch ms.'),
    pid: i64.at(40).about('Process id of the driver.'),
    filePageSize: i32.at(48).about('Of mapped files, bytes; 0 in files of old drivers, where 4096 is meant.'),
    unused: reserved(76).at(52),
  },
  {
    doc: 'Start of the file cnc.dat; the five buffers follow at CNC_BLOCK_LENGTH, in the order of their lengths.',
    source: 'aeron-client/CncFileDescriptor',
    prefix: 'CNC',
  },
);
