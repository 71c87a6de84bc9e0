// SPDX-License-Identifier: Apache-2.0
/** Times in the forms of the reference's tools, in the time zone of the one who looks. Pure but for that zone. */

const CALENDAR_LIMIT_MS = 8.64e15;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const ZONE_NAME = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' });

/** `HH:mm:ss` */
export function formatTime(epochMs: number): string {
  const date = dateOf(epochMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => digits(part, 2)).join(':');
}

/** `yyyy-MM-dd HH:mm:ss` */
export function formatDateTime(epochMs: number): string {
  const date = dateOf(epochMs);
  const day = [digits(date.getFullYear(), 4), digits(date.getMonth() + 1, 2), digits(date.getDate(), 2)].join('-');
  return `${day} ${formatTime(epochMs)}`;
}

/** `yyyy-MM-dd HH:mm:ss.SSS+hhmm` */
export function formatTimestamp(epochMs: number): string {
  const date = dateOf(epochMs);
  const offsetMinutes = -date.getTimezoneOffset();
  const absolute = Math.abs(offsetMinutes);
  const zone = `${offsetMinutes < 0 ? '-' : '+'}${digits(Math.floor(absolute / 60), 2)}${digits(absolute % 60, 2)}`;
  return `${formatDateTime(epochMs)}.${digits(date.getMilliseconds(), 3)}${zone}`;
}

/** `Mon Jan 02 15:04:05 UTC 2006`, as `date` prints it. */
export function formatLongDate(epochMs: number): string {
  const date = dateOf(epochMs);
  const zone = ZONE_NAME.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value;
  const day = `${DAYS[date.getDay()]} ${MONTHS[date.getMonth()]} ${digits(date.getDate(), 2)}`;
  return `${day} ${formatTime(epochMs)} ${zone ?? 'GMT'} ${date.getFullYear()}`;
}

/** For a time that no calendar has, the nearest one that does. */
function dateOf(epochMs: number): Date {
  return new Date(Math.min(Math.max(epochMs, -CALENDAR_LIMIT_MS), CALENDAR_LIMIT_MS));
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0');
}
