/** Bodies of /predict that are not as they should be: what is wrong, the body, and where and how that is said. */
import { FEATURES, INPUTS } from './rig.ts';

export const RECORD = Object.fromEntries(INPUTS.map(({ name }, i) => [name, FEATURES[i]]));

/** The first number replaced by something else. */
const at = (value: string) => `{"features":[${FEATURES.with(0, 0).join(',').replace(/^0/, value)}]}`;

export const BAD_BODIES: readonly (readonly [
  what: string,
  body: string,
  type: string,
  loc: readonly (string | number)[],
])[] = [
  ['27 numbers', JSON.stringify({ features: FEATURES.slice(1) }), 'too_short', ['body', 'features']],
  ['29 numbers', JSON.stringify({ features: [...FEATURES, 1] }), 'too_long', ['body', 'features']],
  ['NaN', at('NaN'), 'json_invalid', ['body']],
  ['Infinity', at('Infinity'), 'json_invalid', ['body']],
  ['a number beyond all numbers', at('1e999'), 'finite_number', ['body', 'features', 0]],
  ['a number as a string', at('"10"'), 'float_type', ['body', 'features', 0]],
  ['true', at('true'), 'float_type', ['body', 'features', 0]],
  ['null', at('null'), 'float_type', ['body', 'features', 0]],
  ['a list in the list', at('[1]'), 'float_type', ['body', 'features', 0]],
  ['an empty object', '{}', 'missing', ['body', 'features']],
  ['a list', '[]', 'model_type', ['body']],
  ['null alone', 'null', 'model_type', ['body']],
  ['a number alone', '5', 'model_type', ['body']],
  ['nothing', '', 'json_invalid', ['body']],
  ['broken JSON', '{', 'json_invalid', ['body']],
  ['an extra key', JSON.stringify({ features: FEATURES, extra: 1 }), 'extra_forbidden', ['body', 'extra']],
  ['features and record', JSON.stringify({ features: FEATURES, record: RECORD }), 'value_error', ['body']],
  ['features that are no list', '{"features":{}}', 'list_type', ['body', 'features']],
  ['a record that is no object', '{"record":[]}', 'dict_type', ['body', 'record']],
  ['a key twice', '{"features":[],"features":[]}', 'key_duplicate', ['body']],
  ['a key twice, once escaped', '{"features":[],"\\u0066eatures":[]}', 'key_duplicate', ['body']],
  ['__proto__', '{"__proto__":{"x":1}}', 'key_forbidden', ['body']],
  ['constructor', '{"record":{"constructor":1}}', 'key_forbidden', ['body']],
  ['65 levels', '['.repeat(65) + ']'.repeat(65), 'json_too_deep', ['body']],
  ['200,000 levels', '['.repeat(200_000) + ']'.repeat(200_000), 'json_too_deep', ['body']],
];
