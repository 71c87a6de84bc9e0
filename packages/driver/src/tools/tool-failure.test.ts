// SPDX-License-Identifier: Apache-2.0
import { AeronError } from '@aeron/core/internal';
import { openCncFile } from './driver-files.ts';
import { TOOL_DIRECTORY, ToolHarness } from './testing/tool-harness.ts';
import { failureLines } from './tool-failure.ts';

async function failureOf(harness: ToolHarness, directory = TOOL_DIRECTORY): Promise<string> {
  try {
    await harness.run(openCncFile(harness.call({ directory })));
  } catch (error) {
    return failureLines(error, harness.platform, directory).join('\n');
  }
  throw new Error('it did not fail');
}

describe('a tool that can not do its work', () => {
  it('says how to start a driver, or which directories have one', async () => {
    const harness = new ToolHarness();
    expect(await failureOf(harness)).toMatch(
      /^CNC_NOT_READY: no CnC file: path=\/dev\/shm\/aeron-tools\/cnc\.dat\n.*\n {2}aeronmd -Daeron\.dir=\/dev\/shm\/aeron-tools\n/,
    );
    expect(await failureOf(harness)).not.toContain('Drivers have left files');
    harness.startDriver();
    harness.platform.files.createDirectories('/dev/shm/aeron-empty');
    expect(await failureOf(harness, '/dev/shm/aeron-none')).toMatch(
      /\nDrivers have left files in: \/dev\/shm\/aeron-tools$/,
    );
  });

  it('says who may look', async () => {
    const harness = new ToolHarness();
    harness.startDriver();
    for (const path of [TOOL_DIRECTORY, `${TOOL_DIRECTORY}/cnc.dat`]) {
      harness.host.disk.faults.permit(path, 'none');
      expect(await failureOf(harness)).toMatch(/EACCES.*\nThis user may not use that file/);
      harness.host.disk.faults.permit(path, 'read-write');
    }
  });

  it('names the version that the tools would have to be of', async () => {
    const harness = new ToolHarness();
    const { cnc } = harness.startDriver();
    const { files } = harness.platform;
    const content = files.read(cnc.path);
    new DataView(content.buffer, content.byteOffset).setInt32(0, 0x010000, true);
    files.write(cnc.path, content);
    expect(await failureOf(harness)).toMatch(/^CNC_VERSION: .*file=1\.0\.0.*\nThe driver of that directory belongs to/);
  });

  it('says how to get rid of a damaged file', async () => {
    const harness = new ToolHarness();
    const { cnc } = harness.startDriver();
    const { files } = harness.platform;
    files.write(cnc.path, files.read(cnc.path).slice(0, 100_000));
    expect(await failureOf(harness)).toMatch(
      /^CNC_CORRUPT: CnC file is truncated.*\n.*\n {2}aeron\.dir\.delete\.on\.start=true$/,
    );
  });

  it('points to the help where the arguments are wrong', () => {
    const error = new AeronError('INVALID_ARGUMENT', 'nonsense');
    expect(failureLines(error, new ToolHarness().platform, undefined)).toEqual([
      'INVALID_ARGUMENT: nonsense',
      '--help shows what is expected.',
    ]);
  });

  it('shows where an error comes from that should not happen', () => {
    const lines = failureLines(new TypeError('unforeseen'), new ToolHarness().platform, TOOL_DIRECTORY);
    expect(lines.join('\n')).toMatch(/^TypeError: unforeseen\n {4}at /);
  });
});
