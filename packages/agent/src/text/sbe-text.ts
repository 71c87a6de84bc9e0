// SPDX-License-Identifier: Apache-2.0
/** What can be said of an SBE message without its schema. */
const HEADER_LENGTH = 8;

export function sbeText(bytes: Uint8Array): string {
  if (bytes.length < HEADER_LENGTH) {
    return '...';
  }
  const { blockLength, templateId, schemaId, version } = sbeFields(bytes);
  return `schemaId=${schemaId} templateId=${templateId} version=${version} blockLength=${blockLength} length=${bytes.length}`;
}

/** The header of a message. */
export function sbeFields(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (offset: number): number => (bytes.length < HEADER_LENGTH ? 0 : view.getUint16(offset, true));
  return { blockLength: at(0), templateId: at(2), schemaId: at(4), version: at(6) };
}
