import { expect, test } from 'vitest';
import { MAX_DEPTH, parseStrictJson } from '../../src/serve/strict-json.ts';
import { fc } from '../support/properties.ts';

const typeOf = (text: string) => {
  const parsed = parseStrictJson(text);
  return parsed.ok ? 'ok' : parsed.error.type;
};

test('whatever JSON.stringify writes is read back the same', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const text = JSON.stringify(value);
      const isForbidden = /"(__proto__|constructor)":/.test(text);
      expect(parseStrictJson(text)).toEqual(isForbidden ? expect.anything() : { ok: true, value: JSON.parse(text) });
    }),
  );
});

test('spaces, escapes and braces in strings change nothing', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (value) => {
      const isForbidden = Object.keys(value).some((key) => key === '__proto__' || key === 'constructor');
      expect(parseStrictJson(JSON.stringify(value, null, 3)).ok).toBe(!isForbidden);
    }),
  );
});

test('a key is refused the second time exactly when it is in the same object', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      fc.pre(![a, b].some((key) => key === '__proto__' || key === 'constructor'));
      const [first, second] = [JSON.stringify(a), JSON.stringify(b)];
      expect(typeOf(`{${first}:1, ${second} :2}`)).toBe(a === b ? 'key_duplicate' : 'ok');
      expect(typeOf(`[{${first}:1},{${second}:2}]`)).toBe('ok');
      expect(typeOf(`{${first}:{${second}:2}}`)).toBe('ok');
    }),
  );
});

test.each([
  ['{"a":1,"\\u0061":2}', 'key_duplicate'],
  ['{"a":{"b":1,"b":2}}', 'key_duplicate'],
  ['["a","a"]', 'ok'],
  ['{"a":"a","b":"a"}', 'ok'],
  ['{"__proto__":1}', 'key_forbidden'],
  ['{"\\u005f_proto__":1}', 'key_forbidden'],
  ['["__proto__"]', 'ok'],
  ['{"a":"\\\\"}', 'ok'],
  ['{"a":"\\"b\\":"}', 'ok'],
  ['{a:1}', 'json_invalid'],
  ['[1,]', 'json_invalid'],
  ['', 'json_invalid'],
  ['NaN', 'json_invalid'],
])('%s: %s', (text, type) => {
  expect(typeOf(text)).toBe(type);
});

test('as deep as allowed, and one deeper', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(typeOf(nested(MAX_DEPTH))).toBe('ok');
  expect(typeOf(nested(MAX_DEPTH + 1))).toBe('json_too_deep');
  expect(typeOf(`[${nested(3)},${nested(3)}]`)).toBe('ok');
});
