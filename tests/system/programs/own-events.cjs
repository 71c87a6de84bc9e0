// SPDX-License-Identifier: Apache-2.0
// Events of a program, for the program and for who reads them.
const { event, eventTable } = require('@aeron/agent');

const own = eventTable(
  { context: 'OWN', typeCode: 100, property: 'aeron.event.own.log' },
  { DONE: event(1, 'it is done', { text: 'text', count: 'i64' }) },
);
module.exports = { own, eventTables: [own] };
