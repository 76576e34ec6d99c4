/** Files of rows as people and programs really write them: what is answered, what is an error, what is no file at all. */
import { expect, test } from 'vitest';
import { answerFile } from '../../src/serve/bulk/answer-file.ts';
import type { BulkFormat } from '../../src/serve/bulk/rows.ts';
import { FEATURES, INPUTS, model, textModel } from './support/rig.ts';

const NAMES = INPUTS.map(({ name }) => name);
const HEADER = NAMES.join(',');
const ROW = FEATURES.join(',');

/** A line a row: `ok`, or what is wrong with it; what is wrong with the file as a whole is thrown. */
async function outcomes(format: BulkFormat, text: string | Uint8Array, asked: 'rows' | 'texts' = 'rows') {
  async function* bytes() {
    yield typeof text === 'string' ? new TextEncoder().encode(text) : text;
  }
  const found: string[] = [];
  const answered = await answerFile({
    model: asked === 'rows' ? model : textModel,
    bytes: bytes(),
    format,
    isExplained: false,
    onRow: (_, answer) => found.push(answer.ok ? 'ok' : answer.error),
  });
  if (!answered.ok) return answered.error;
  for await (const line of answered.value) expect(line.endsWith('\n')).toBe(true);
  return found;
}

test.each([
  ['a byte order mark and CRLF', `\ufeff${HEADER}\r\n${ROW}\r\n`, ['ok']],
  ['no line end at the end', `${HEADER}\n${ROW}`, ['ok']],
  ['empty lines', `\n${HEADER}\n\n${ROW}\n\n`, ['ok']],
  ['a header alone', `${HEADER}\n`, []],
  ['spaces around', `${NAMES.join(', ')}\n${FEATURES.join(' , ')}\n`, ['ok']],
  ['quotes within a cell', `${HEADER},c\n${ROW},a"b"\n`, ['ok']],
  ['a NUL in a column of one’s own', `${HEADER},c\n${ROW},a\0b\n`, ['ok']],
  ['a column named __proto__', `${HEADER},__proto__\n${ROW},1\n`, ['ok']],
  [
    'rows of other lengths',
    `${HEADER}\n${ROW},1\n1,2\n`,
    ['has 29 cells, the header 28', 'has 2 cells, the header 28'],
  ],
])('a CSV with %s has its answers', async (_, text, expected) => {
  expect(await outcomes('csv', text)).toEqual(expected);
});

test.each(['NaN', 'inf', '0x10', '1_0', 'TRUE', 'null', '--1', '1d', '٣', '１', '"1,5"', '1\0', ' '])(
  'the cell %j is no number',
  async (cell) => {
    const row = [cell, ...FEATURES.slice(1)].join(',');
    expect(await outcomes('csv', `${HEADER}\n${row}\n`)).toEqual(['place: Input should be a valid number']);
  },
);

test.each(['+1', '.5', '5.', '1e5', '-0', '"1"', '9007199254740993', '1e-400'])('the cell %j is one', async (cell) => {
  const row = [cell, ...FEATURES.slice(1)].join(',');
  expect(await outcomes('csv', `${HEADER}\n${row}\n`)).toEqual(['ok']);
});

test.each([
  ['a quote that is never closed', `${HEADER},c\n${ROW},x\n${ROW},"x\n${ROW},x\n`, /quote that opens in line 3/],
  [
    'a row without an end',
    `${HEADER},c\n${ROW},${'x'.repeat(1_000_001)}\n`,
    /line 2 of the file has more than 1000000/,
  ],
  ['a quote and no end', `${HEADER},c\n${ROW},"${'x\n'.repeat(500_001)}`, /quote that opens in line 2/],
  ['UTF-16', new Uint8Array([0xff, 0xfe, 0x61, 0x00]), /not valid UTF-8/],
])('a CSV with %s is no CSV: no row is lost without a word', async (_, text, problem) => {
  await expect(outcomes('csv', text)).rejects.toThrow(problem);
});

test('columns that are missing, or there twice, are named', async () => {
  expect(await outcomes('csv', '')).toBe('the file has no column place, catu, sexe, secu1, year_acc and 23 more');
  expect(await outcomes('csv', `${HEADER},hour\n${ROW},1\n`)).toBe('the file has twice the column hour');
});

test.each([
  ['what /predict takes', JSON.stringify({ features: FEATURES }), 'ok'],
  ['an unknown key beside it', JSON.stringify({ features: FEATURES, x: 1 }), 'x: Extra inputs are not permitted'],
  ['both ways of asking', JSON.stringify({ features: FEATURES, record: {} }), /either features or record/],
  ['a number', '5', 'Input should be a valid dictionary'],
  ['two values', `${JSON.stringify(FEATURES)} ${JSON.stringify(FEATURES)}`, 'JSON decode error'],
  ['a key twice', '{"features":[],"features":[]}', 'A key occurs twice'],
  ['__proto__', '{"__proto__":{}}', 'A key is not allowed'],
  ['a NUL behind it', `${JSON.stringify(FEATURES)}\0`, 'JSON decode error'],
  ['a number beyond all numbers', '{"features":[1e400]}', /at least 28 items/],
])('a line of JSON that is %s', async (_, line, expected) => {
  const found = await outcomes('ndjson', `\ufeff\r\n${line}\r\n\n`);
  expect(found).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)]);
});

test('lines of texts', async () => {
  const lines = [
    '{"text":"great"}',
    '"bare"',
    '{"text":""}',
    '{"text":"\\ud800"}',
    '{"text":"a\\u0000b"}',
    '{"text":"a","x":1}',
    '5',
  ];
  expect(await outcomes('ndjson', lines.join('\n'), 'texts')).toEqual([
    'ok',
    'ok',
    'text: String should have at least 1 character',
    'text: Input should be valid Unicode',
    'ok',
    'x: Extra inputs are not permitted',
    'text: Input should be a valid string',
  ]);
});

test('a line of JSON without an end is no line', async () => {
  await expect(outcomes('ndjson', '['.repeat(1_000_001))).rejects.toThrow(/line 1 of the file has more than/);
});
