/** What every decoder must keep to. */
import assert from 'node:assert/strict';
import { fc } from './properties.js';

type ErrorClass = abstract new (...args: never[]) => Error;

/** Bytes as a plain Uint8Array, the way values come out of the codecs. */
export function bytesOf(constraints: fc.IntArrayConstraints): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array(constraints).map((bytes) => new Uint8Array(bytes));
}

/** fast-check's record with plain objects only: codecs do not give objects without prototype. */
export function record<Value>(model: {
  [Key in keyof Value]: fc.Arbitrary<Value[Key]>;
}): fc.Arbitrary<Value> {
  return fc.record(model, { noNullPrototype: true });
}

/** Whatever is encoded is decoded to the same value. */
export function checkRoundTrip<Value>(
  values: fc.Arbitrary<Value>,
  encode: (value: Value) => Uint8Array,
  decode: (bytes: Uint8Array) => Value,
): void {
  fc.assert(fc.property(values, (value) => assert.deepEqual(decode(encode(value)), value)));
}

/** Each beginning of `bytes` that is not the whole makes `decode` throw that class of error. */
export function checkTruncations(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => unknown,
  errorClass: ErrorClass,
): void {
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decode(bytes.slice(0, length)), errorClass, `cut to ${length} bytes`);
  }
}

/** Random bytes make `decode` either succeed or throw that class of error, never another. */
export function checkRandomBytes(
  decode: (bytes: Uint8Array) => unknown,
  errorClass: ErrorClass,
  maxLength = 300,
): void {
  fc.assert(
    fc.property(bytesOf({ maxLength }), (bytes) => {
      try {
        decode(bytes);
      } catch (error) {
        assert.ok(error instanceof errorClass, String(error));
      }
    }),
    { numRuns: 300 },
  );
}
