// SPDX-License-Identifier: Apache-2.0
import { archiveEvents, driverEvents, type EventTable } from '@aeron/codecs/internal';
import { enabledEvents, fileMaxLength, memoryFlags, resolveAgentConfig } from './agent-config.ts';
import { readerOf } from './agent-settings.ts';
import { selectedMask, selectedNames } from './event-selection.ts';

function select(enabled: string | undefined, disabled?: string, table: EventTable = driverEvents) {
  const unknown: string[] = [];
  const names = selectedNames(
    table,
    selectedMask(table, enabled, disabled, (token) => unknown.push(token)),
  );
  return { names, unknown };
}

const ALL = Object.keys(driverEvents.rows);

describe('the words for events', () => {
  it('are groups, names and ids', () => {
    expect(select('all').names).toEqual(ALL);
    expect(select('admin').names).toEqual(ALL.filter((name) => !name.startsWith('FRAME_')));
    expect(select('RESEND,54,FRAME_IN').names).toEqual(['FRAME_IN', 'NAK_SENT', 'RESEND']);
    expect(select('SEND_NAK_MESSAGE,GENERIC_MESSAGE').names).toEqual(['TEXT_DATA', 'NAK_SENT']);
    expect(select('all', 'admin').names).toEqual(['FRAME_IN', 'FRAME_OUT']);
    expect(select('all', '1,FRAME_OUT').names).toEqual(select('admin').names);
    expect(select('none').names).toEqual([]);
    expect(select(undefined, 'all').names).toEqual([]);
    expect(select('all', undefined, archiveEvents).names).toHaveLength(48);
  });

  it('that nobody knows are told and left out', () => {
    expect(select('RESEND,frame_in, NAK_SENT,9,200,constructor,toString,0xzz')).toEqual({
      names: ['RESEND'],
      unknown: ['frame_in', ' NAK_SENT', '9', '200', 'constructor', 'toString', '0xzz'],
    });
    expect(select('admin', undefined, archiveEvents).unknown).toEqual(['admin']);
  });

  it('may be a mask of the C driver', () => {
    expect(select('0x4').names).toEqual(['FRAME_IN']);
    expect(select('0x8').names).toEqual(['FRAME_OUT']);
    expect(select('0x10').names).toEqual(['FRAME_OUT']);
    expect(select('0x1').names.every((name) => name.startsWith('CMD_IN_'))).toBe(true);
    expect(select('0x82').names).toContain('UNTETHERED_SUBSCRIPTION_STATE_CHANGE');
    expect(select('0xffff').names).toEqual(ALL);
    expect(select('0x1', undefined, archiveEvents).unknown).toEqual(['0x1']);
  });
});

describe('the settings', () => {
  const none = { environment: {}, properties: {} };

  it('switch events on by option, environment and property, in this order', () => {
    const warnings: string[] = [];
    const enabled = (sources: Parameters<typeof enabledEvents>[1], table: EventTable = driverEvents) =>
      selectedNames(
        table,
        enabledEvents(table, sources, (text) => warnings.push(text)),
      );
    expect(enabled(none)).toEqual([]);
    expect(enabled({ ...none, environment: { AERON_EVENT_LOG: 'RESEND,NOPE' } })).toEqual(['RESEND']);
    const both = { environment: { AERON_EVENT_LOG: 'RESEND' }, properties: { 'aeron.event.log': 'NAK_SENT' } };
    expect(enabled(both)).toEqual(['RESEND']);
    expect(enabled({ ...both, options: { eventLog: '1' } })).toEqual(['FRAME_IN']);
    const archive = { AERON_EVENT_ARCHIVE_LOG: 'all', AERON_EVENT_ARCHIVE_LOG_DISABLE: 'START' };
    expect(enabled({ ...none, environment: archive }, archiveEvents)).toHaveLength(47);
    expect(warnings).toEqual(['unknown event code: NOPE']);
  });

  it('say what is wrong with them', () => {
    const invalid = { ...none, properties: { 'aeron.event.buffer.length': '100000' } };
    expect(() => resolveAgentConfig(invalid)).toThrow('aeron.event.buffer.length=100000: expected a power of two');
    const style = { ...none, environment: { AERON_EVENT_LOG_STYLE: 'xml' } };
    expect(() => resolveAgentConfig(style)).toThrow('expected one of 1.53, 1.52, json');
  });

  it('take no size for a file as no bound, and say so', () => {
    const warnings: string[] = [];
    const lengthOf = (text: string) =>
      fileMaxLength(
        resolveAgentConfig({ ...none, properties: { 'aeron.event.log.file.max.length': text } }),
        (warning) => warnings.push(warning),
      );
    expect([lengthOf('64k'), lengthOf('lots')]).toEqual([65_536, Number.POSITIVE_INFINITY]);
    expect(warnings).toEqual(['log files will not be rolled, no size: aeron.event.log.file.max.length=lots']);
  });

  it('choose records and their content', () => {
    const flags = (properties: Record<string, string>) => memoryFlags(resolveAgentConfig({ ...none, properties }));
    expect(flags({})).toBe(0);
    expect(flags({ 'aeron.event.log.render.data': 'true' })).toBe(1);
    expect(flags({ 'aeron.event.log.record': 'classic' })).toBe(2);
    expect(flags({ 'aeron.event.log.throw.exceptions': 'true' })).toBe(4);
  });

  it("know the reference's readers", () => {
    expect(readerOf('io.aeron.agent.EventLogReaderAgent')).toBe('default');
    expect(readerOf('io.aeron.logging.CollectingEventLogReaderAgent')).toBe('collecting');
    expect(readerOf('./mine.mjs')).toBe('./mine.mjs');
  });
});
