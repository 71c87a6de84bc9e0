// SPDX-License-Identifier: Apache-2.0
/** Properties of every generated flyweight, driven by the tables: random values travel, and nothing reads past a message. */

import fc from 'fast-check';
import * as cnc from '../../packages/codecs/src/cnc/generated/index.ts';
import * as command from '../../packages/codecs/src/command/generated/index.ts';
import type { Flyweight, MessageLayout as Row } from '../../packages/codecs/src/flyweight.ts';
import * as protocol from '../../packages/codecs/src/protocol/generated/index.ts';
import * as status from '../../packages/codecs/src/status/generated/index.ts';
import { AtomicBuffer } from '../../packages/core/src/buffer/atomic-buffer.ts';
import { layoutsOf } from './generate.ts';
import { type FixedField, type MessageLayout, minimumLength, requiredBlockLength } from './model.ts';
import { TABLES } from './tables.ts';

type Value = number | bigint | string | Uint8Array;
type Values = Readonly<Record<string, Value>>;

const MODULES: Readonly<Record<string, unknown>> = { ...cnc, ...command, ...protocol, ...status };
const LAYOUTS = TABLES.flatMap((table) => layoutsOf(table.exports)).filter((layout) => layout.kind === 'message');
const PARAMETERS = { seed: 20, numRuns: 25 };
const FILLER = 0x5a;

function rowOf(layout: MessageLayout): Row {
  return MODULES[`${layout.prefix}_LAYOUT`] as Row;
}

const SAFE = Number.MAX_SAFE_INTEGER;
const NUMBERS: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  i8: fc.integer({ min: -0x80, max: 0x7f }),
  u8: fc.integer({ min: 0, max: 0xff }),
  i16: fc.integer({ min: -0x8000, max: 0x7fff }),
  u16: fc.integer({ min: 0, max: 0xffff }),
  i32: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  i64: fc.oneof(fc.integer({ min: -SAFE, max: SAFE }), fc.constantFrom(-1, 0, SAFE, -SAFE, 2 ** 32, -(2 ** 32))),
  opaque64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
};
const ASCII = fc.string({
  unit: fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCharCode(code)),
  maxLength: 70,
});

function fixedValue(field: FixedField): fc.Arbitrary<Value> {
  const { length } = field;
  return field.type === 'bytes'
    ? fc.uint8Array({ minLength: length, maxLength: length })
    : (NUMBERS[field.type] ?? fc.nat());
}

function valuesOf(layout: MessageLayout): fc.Arbitrary<Values> {
  const fields = layout.fields.filter((field) => field.type !== 'reserved');
  return fc.record({
    ...Object.fromEntries(fields.map((field) => [field.name, fixedValue(field)])),
    ...Object.fromEntries(
      layout.tail.map(({ name, encoding }) => [name, encoding === 'ascii' ? ASCII : fc.uint8Array({ maxLength: 70 })]),
    ),
  }) as fc.Arbitrary<Values>;
}

/** A message with these values at `offset` of a buffer that is filled with other bytes, and the length of the message. */
function encode(layout: MessageLayout, given: Values, offset: number) {
  const values = withLengthField(layout, given);
  const buffer = AtomicBuffer.allocate(offset + layout.blockLength + layout.tail.length * 80 + 80);
  buffer.setMemory(0, buffer.capacity, FILLER);
  const message = new (rowOf(layout).Flyweight)().wrap(buffer, offset);
  for (const [name, value] of Object.entries(values)) {
    (message as unknown as Record<string, Value>)[name] = value;
  }
  return { buffer, message, values, length: messageLength(layout, message) };
}

/** Where a length field says whether an optional field is there, it must say so. */
function withLengthField(layout: MessageLayout, values: Values): Values {
  const presence = layout.fields.find((field) => typeof field.presence === 'object')?.presence;
  return typeof presence === 'object' ? { ...values, [presence.lengthField]: layout.blockLength } : values;
}

/** Without the padding up to where the next message would start. */
function messageLength(layout: MessageLayout, message: Flyweight): number {
  const last = layout.tail.at(-1);
  const fields = message as unknown as Record<string, number>;
  return last === undefined
    ? layout.blockLength
    : (fields[`${last.name}Offset`] ?? 0) - message.offset + (fields[`${last.name}Length`] ?? 0);
}

function check(layout: MessageLayout, property: (values: Values, offset: number) => void): void {
  fc.assert(fc.property(valuesOf(layout), fc.integer({ min: 0, max: 17 }), property), PARAMETERS);
}

describe.each(LAYOUTS.map((layout) => [layout.name, layout] as const))('%s', (_name, layout) => {
  it('reads back what was written, at any alignment, and touches nothing else', () => {
    check(layout, (given, offset) => {
      const { buffer, message, values, length } = encode(layout, given, offset);
      for (const [name, value] of Object.entries(values)) {
        expect((message as unknown as Record<string, Value>)[name]).toEqual(value);
      }
      expect(message.validate(length)).toBeUndefined();
      const end = offset + Math.ceil(length / layout.alignment) * layout.alignment;
      expect(message.encodedLength).toBe(end - offset);
      expect(buffer.bytes.subarray(0, offset).every((byte) => byte === FILLER)).toBe(true);
      expect(buffer.bytes.subarray(offset + length).every((byte) => byte === FILLER)).toBe(true);
    });
  });

  it('dissects into the same values', () => {
    check(layout, (given, offset) => {
      const { buffer, message, values, length } = encode(layout, given, offset);
      const { dissect, name } = rowOf(layout);
      expect(dissect(buffer, offset, length)).toMatchObject(values);
      expect(message.toString()).toContain(`${name}{`);
    });
  });

  it('refuses a message that ends before its fields do', () => {
    check(layout, (given, offset) => {
      const { buffer, message, length } = encode(layout, given, offset);
      const optionalAt = layout.fields.find((field) => field.presence === 'receivedLength')?.offset ?? length;
      const end = Math.min(length, optionalAt);
      const lengths = Array.from({ length: end + 1 }, (_, i) => i - 1);
      expect(lengths.filter((truncated) => !message.validate(truncated)?.startsWith('too short'))).toEqual([]);
      const last = end - 1;
      expect(rowOf(layout).dissect(buffer, offset, last)).toEqual({ problem: message.validate(last) });
    });
  });

  it('refuses a length that goes beyond the buffer', () => {
    check(layout, (given, offset) => {
      const { buffer, message } = encode(layout, given, offset);
      expect(message.validate(buffer.capacity - offset + 1)).toMatch(/^too short/);
    });
  });

  it('reads no byte outside the buffer, whatever the bytes say', () => {
    const bytes = fc.uint8Array({ minLength: 0, maxLength: minimumLength(layout) + 40 });
    fc.assert(
      fc.property(bytes, (noise) => {
        const buffer = new AtomicBuffer(noise);
        const fields = rowOf(layout).dissect(buffer, 0, noise.length);
        const lengths = layout.tail.map(({ name }) => (fields[name] as string | Uint8Array | undefined)?.length ?? 0);
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(noise.length);
      }),
      PARAMETERS,
    );
  });
});

const WITH_TAIL = LAYOUTS.filter((layout) => layout.tail.length > 0);

describe.each(WITH_TAIL.map((layout) => [layout.name, layout] as const))(
  'variable-length fields of %s',
  (_name, layout) => {
    const computeLength = (rowOf(layout).Flyweight as unknown as { computeLength(...lengths: number[]): number })
      .computeLength;

    it('take up what computeLength says', () => {
      check(layout, (given, offset) => {
        const { message, values } = encode(layout, given, offset);
        const lengths = layout.tail.map(({ name }) => (values[name] as string | Uint8Array).length);
        expect(computeLength(...lengths)).toBe(message.encodedLength);
      });
    });

    it('are refused with a negative length or one beyond the message', () => {
      check(layout, (given, offset) => {
        for (const [index, { prefix }] of layout.tail.entries()) {
          for (const wrong of [
            -1,
            prefix === 'i16' ? -0x8000 : -0x80000000,
            prefix === 'i16' ? 0x7fff : 0x7fffffff,
            1000,
          ]) {
            const { buffer, message, length } = encode(layout, given, offset);
            const prefixAt = prefixOffset(layout, message, index);
            if (prefix === 'i16') {
              buffer.putInt16(prefixAt, wrong);
            } else {
              buffer.putInt32(prefixAt, wrong);
            }
            expect(message.validate(length)).toBe(`too short for ${layout.tail[index]?.name}: length=${length}`);
          }
        }
      });
    });

    it('start at multiples of 4 from the start of the message, with zeros before them', () => {
      check(layout, (given, offset) => {
        const { buffer, message, values } = encode(layout, given, offset);
        for (let index = 1; index < layout.tail.length; index++) {
          const prefixAt = prefixOffset(layout, message, index);
          expect((prefixAt - offset) % 4).toBe(0);
          const previous = layout.tail[index - 1]?.name ?? '';
          const previousEnd =
            ((message as unknown as Record<string, number>)[`${previous}Offset`] ?? 0) +
            (values[previous] as string | Uint8Array).length;
          expect([...buffer.bytes.subarray(previousEnd, prefixAt)].every((byte) => byte === 0)).toBe(true);
        }
      });
    });
  },
);

function prefixOffset(layout: MessageLayout, message: Flyweight, index: number): number {
  const field = layout.tail[index];
  const dataOffset = (message as unknown as Record<string, number>)[`${field?.name}Offset`] ?? 0;
  return dataOffset - (field?.prefix === 'i16' ? 2 : 4);
}

describe('optional fields', () => {
  it('are there when the message as received is long enough', () => {
    const remove = new command.RemovePublicationFlyweight().wrap(AtomicBuffer.allocate(32), 0);
    expect([24, 31, 32, 40].map((length) => remove.hasFlags(length))).toEqual([false, false, true, true]);
    expect([23, 24, 31, 32].map((length) => remove.validate(length) === undefined)).toEqual([false, true, true, true]);
    expect(command.dissectRemovePublication(remove.buffer, 0, 24)).not.toHaveProperty('flags');
    expect(command.dissectRemovePublication(remove.buffer, 0, 32)).toHaveProperty('revokeFlag', false);
  });

  it('are there when the frame length says so, and then the datagram must hold them', () => {
    const message = new protocol.StatusMessageFlyweight().wrap(AtomicBuffer.allocate(44), 0);
    message.frameLength = 36;
    expect([message.hasGroupTag, message.encodedLength, message.validate(36)]).toEqual([false, 36, undefined]);
    expect(protocol.dissectStatusMessage(message.buffer, 0, 44)).not.toHaveProperty('groupTag');
    message.frameLength = 44;
    expect([message.hasGroupTag, message.encodedLength, message.validate(44)]).toEqual([true, 44, undefined]);
    expect(message.validate(43)).toBe('too short for groupTag: length=43');
  });

  it('come last, so the fixed fields before them are the shortest message', () => {
    const optional = LAYOUTS.filter((layout) => layout.fields.some((field) => field.presence !== 'always'));
    expect(optional.map(({ name }) => name).sort()).toEqual(['RemovePublication', 'StatusMessage']);
    for (const layout of optional) {
      expect(rowOf(layout).minLength).toBe(requiredBlockLength(layout));
    }
  });
});

describe('flags', () => {
  const flagged = LAYOUTS.flatMap((layout) =>
    layout.fields.flatMap((field) =>
      field.flags.map(({ name, mask }) => [layout.name, name, { layout, field, mask }] as const),
    ),
  );

  it.each(flagged)('of %s: %s is one bit and leaves the others', (_layout, name, { layout, field, mask }) => {
    const buffer = AtomicBuffer.allocate(64);
    const message = new (rowOf(layout).Flyweight)().wrap(buffer, 3) as unknown as Record<string, number | boolean>;
    message[field.name] = 0;
    message[`${name}Flag`] = true;
    expect(message[field.name]).toBe(mask);
    message[field.name] = 0xff;
    message[`${name}Flag`] = false;
    expect([message[field.name], message[`${name}Flag`]]).toEqual([0xff & ~mask, false]);
  });
});

describe('a flyweight that was not wrapped', () => {
  it.each(LAYOUTS.map((layout) => [layout.name, layout] as const))('refuses every access: %s', (_name, layout) => {
    const message = new (rowOf(layout).Flyweight)() as unknown as Record<string, Value>;
    for (const field of layout.fields) {
      expect(() => message[field.name]).toThrow(RangeError);
    }
  });
});
