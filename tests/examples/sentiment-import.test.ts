/** What import_data of examples/sentiment reads and refuses, and what preprocess makes of it. */
import { describe, expect, test } from 'vitest';
import { parseCsv, renderCsv } from '../../examples/sentiment/stages/sentiment/csv.ts';
import { generateReviews } from '../../examples/sentiment/stages/sentiment/generator.ts';
import { labelInName, parseReviews } from '../../examples/sentiment/stages/sentiment/review-file.ts';
import { cleanText, splitKeyOf } from '../../examples/sentiment/stages/sentiment/review.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { linesOf, type ProjectFolder } from './project-folder.ts';
import { createSentimentFolder } from './sentiment-folder.ts';
import { fc } from '../support/properties.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const parseText = (file: string, text: string) => parseReviews({ file, bytes: bytesOf(text) });
const praise = (text: string) => ({ text, label: 1 });
const complaint = (text: string) => ({ text, label: 0 });

test('what is rendered as CSV is parsed to the same cells', () => {
  const cell = fc.string({ unit: 'grapheme', minLength: 1 });
  const records = fc.array(fc.tuple(cell, cell), { minLength: 1 });
  fc.assert(
    fc.property(records, (cells) => {
      const parsed = parseCsv('f', renderCsv(cells));
      expect(parsed.ok && parsed.value.map((record) => record.cells)).toEqual(cells);
    }),
  );
});

describe('texts with labels are read from', () => {
  test.each<[string, string, string]>([
    ['lines with a tab', 'a.txt', 'Good film\t1\nBad, "very" bad\t0\n'],
    [
      'lines with a header and words for labels',
      'a.tsv',
      'sentence\tlabel\nGood film\tpositive\nBad, "very" bad\tNegative\n',
    ],
    ['lines that end as on Windows, with a byte order mark', 'a.txt', '\ufeffGood film\t1\r\nBad, "very" bad\t0\r\n'],
    ['CSV', 'a.csv', 'id,review,sentiment\n1,Good film,positive\n2,"Bad, ""very"" bad",negative\n'],
  ])('%s', (_, file, text) => {
    expect(parseText(file, text)).toEqual({ ok: true, value: [praise('Good film'), complaint('Bad, "very" bad')] });
  });

  test('a file for each label', () => {
    expect(parseText('rt.pos', 'one\n\ntwo\n')).toEqual({ ok: true, value: [praise('one'), praise('two')] });
    expect(parseText('in/neg.txt', 'three\n')).toEqual({ ok: true, value: [complaint('three')] });
  });

  test('lines that hold line ends of other systems: only a line feed ends one', () => {
    const text = 'a\u0085b\u2028c\t1\n';
    expect(parseText('a.txt', text)).toEqual({ ok: true, value: [praise('a\u0085b\u2028c')] });
  });
});

test.each<[string, 0 | 1 | undefined]>([
  ['rt-polarity.pos', 1],
  ['reviews_negative.txt', 0],
  ['pos/a.txt', undefined],
  ['positions.txt', undefined],
  ['pos_neg.txt', undefined],
])('the name %s says that all of it has label %s', (name, label) => {
  expect(labelInName(name)).toBe(label);
});

test.each<[string, string, string, object]>([
  ['an empty file', 'a.txt', '\n', { message: 'is empty' }],
  ['a web page', 'a.txt', '<!DOCTYPE html>\n', { line: 1, message: 'is a web page' }],
  ['a line without a label', 'a.txt', 'x\t1\ny\n', { line: 2, message: 'no tab: text<TAB>label is expected' }],
  [
    'a label of another kind',
    'a.txt',
    'x\t1\ny\t2\n',
    { line: 2, column: 3, message: expect.stringMatching(/^a label is 0 or 1/) },
  ],
  [
    'CSV without a column of labels',
    'a.csv',
    'text,stars\nx,1\n',
    { line: 1, message: expect.stringMatching(/^a header with one of/) },
  ],
  [
    'CSV with a cell too many',
    'a.csv',
    'text,label\n"x\ny",1\nx,y,1\n',
    { line: 4, message: '3 cells, the header has 2' },
  ],
  ['an open quote', 'a.csv', 'text,label\n"x,1\n', { line: 2, message: 'a quote stays open to the end of the file' }],
])('%s is refused by place', (_, file, text, problem) => {
  expect(parseText(file, text)).toEqual({ ok: false, error: [{ file, ...problem }] });
});

/** What is read from these bytes, and what is said about it. */
function told(file: string, bytes: Uint8Array) {
  const said: string[] = [];
  const parsed = parseReviews({ file, bytes, say: (text) => said.push(text) });
  return { parsed, said };
}

test('bytes that are not UTF-8 are read as Windows-1252, which is said', () => {
  const bytes = Uint8Array.from([...bytesOf('x\t1\ny'), 0xe9, 0x92, ...bytesOf('\t0\n')]);
  expect(told('a.txt', bytes)).toEqual({
    parsed: { ok: true, value: [praise('x'), complaint('y\u00e9\u2019')] },
    said: ['a.txt is not UTF-8; read as Windows-1252'],
  });
});

test('UTF-16 with its mark is read, and bytes that are no text are refused', () => {
  const utf16 = new Uint8Array([
    0xff,
    0xfe,
    ...new Uint8Array(Uint16Array.from('h\u00e9\t1\n', (c) => c.charCodeAt(0)).buffer),
  ]);
  expect(told('a.txt', utf16)).toEqual({ parsed: { ok: true, value: [praise('h\u00e9')] }, said: [] });
  expect(told('a.txt', Uint8Array.of(1, 0, 2)).parsed).toEqual({
    ok: false,
    error: [{ file: 'a.txt', message: 'is no text: there are zero bytes in it' }],
  });
});

describe('what strangers bring is read with nothing but its path changed', () => {
  const rows = Array.from({ length: 30 }, (_, i) => [`a film, no ${i}`, i % 2] as const);
  const expected = rows.map(([text, label]) => ({ text, label }));
  const lines = (render: (text: string, label: number) => string, ...before: readonly string[]) =>
    `${[...before, ...rows.map(([text, label]) => render(text, label))].join('\n')}\n`;
  const words = ['ham', 'spam'];
  test.each<[string, string, string]>([
    ['labels first', 'a.tsv', lines((text, label) => `${label}\t${text}`)],
    ['semicolons', 'a.csv', lines((text, label) => `"${text}";${label}`, 'text;label')],
    ['tabs in a .csv', 'a.csv', lines((text, label) => `${text}\t${label}`, 'text\tlabel')],
    ['no header', 'a.csv', lines((text, label) => `"${text}",${label}`)],
    ['no header, labels first', 'a.csv', lines((text, label) => `${label},"${text}"`)],
    ['columns of other names', 'a.csv', lines((text, label) => `7,"${text}",${label}`, 'id,what,liked')],
    ['CSV under another name', 'a.txt', lines((text, label) => `"${text}",${label}`, 'text,label')],
    ['true and false', 'a.csv', lines((text, label) => `"${text}",${label === 1 ? 'True' : 'False'}`, 'text,label')],
    ['floats', 'a.csv', lines((text, label) => `"${text}",${label}.0`, 'text,label')],
    ['-1 and 1', 'a.csv', lines((text, label) => `"${text}",${2 * label - 1}`, 'text,label')],
    ['0 and 4', 'a.csv', lines((text, label) => `${label * 4},"${text}"`, 'target,tweet')],
    ['1 and 2', 'a.tsv', lines((text, label) => `${text}\t${label + 1}`)],
    ['any two words', 'a.csv', lines((text, label) => `${words[label]},"${text}"`, 'class,message')],
    ['JSON lines', 'a.jsonl', lines((text, label) => JSON.stringify({ text, label }))],
    ['a JSON list', 'a.json', JSON.stringify(rows.map(([text, label]) => ({ id: 1, text, label })))],
    ['fastText', 'a.txt', lines((text, label) => `__label__${label} ${text}`)],
  ])('%s', (_, file, text) => {
    expect(told(file, bytesOf(text)).parsed).toEqual({ ok: true, value: expected });
  });

  test('labels whose meaning had to be guessed are said', () => {
    const { said } = told('a.csv', bytesOf(lines((text, label) => `"${text}",${2 * label - 1}`, 'text,label')));
    expect(said).toEqual(['a.csv: the labels -1 and 1 are read as 0 and 1']);
  });

  test('three labels are refused: which of them are praise nobody knows', () => {
    const { parsed } = told('a.csv', bytesOf(lines((text, label) => `"${text}",${label + 1}`, 'text,label', 'x,3')));
    expect(parsed).toMatchObject({ ok: false, error: expect.arrayContaining([expect.objectContaining({ line: 2 })]) });
  });
});

test('texts that differ in white space, case or composition of accents have one side', () => {
  expect(splitKeyOf(' E\u0301t\u00e9\u0085 \tBEAU ')).toBe('\u00e9t\u00e9 beau');
  expect(cleanText('  A \n B ')).toBe('A B');
});

test('a larger number of invented reviews begins with the same ones, another seed has others', () => {
  const few = generateReviews({ reviews: 50, seed: 42 });
  expect(generateReviews({ reviews: 60, seed: 42 }).slice(0, 50)).toEqual(few);
  expect(generateReviews({ reviews: 50, seed: 43 })).not.toEqual(few);
});

/** A folder whose import_data reads what is written to data/incoming. */
function incoming(files: Readonly<Record<string, string>>): ProjectFolder {
  const folder = createSentimentFolder();
  folder.set('source: synthetic', 'source: directory');
  folder.set('directory: null', 'directory: data/incoming');
  for (const [name, text] of Object.entries(files)) folder.write(`data/incoming/${name}`, text);
  return folder;
}

test('a folder of files of several kinds is learnt from, its README is not', async () => {
  const numbered = (text: string) => Array.from({ length: 40 }, (_, i) => `${text} no ${i}`);
  const folder = incoming({
    'readme.txt': 'these are reviews',
    'x.pos': numbered('lovely').join('\n'),
    'x.neg': numbered('dreadful').join('\n'),
    'y.txt': 'Lovely\t1\n  lovely \t1\n \t0\n',
  });
  expect(await folder.pipe('repro', 'train')).toMatchObject({ code: 0 });
  expect(JSON.parse(folder.read('artifacts/data_report.json'))).toMatchObject({
    texts: { read: 83, empty: 1, repeated: 1 },
    contradictory: 0,
  });
  const terms = JSON.parse(folder.read('artifacts/model.json')).bayes.terms.map(([term]: [string]) => term);
  expect(terms).toEqual(expect.arrayContaining(['dreadful', 'lovely', 'lovely no']));
});

test('a failed import leaves the reviews as they were', async () => {
  const folder = incoming({ 'x.pos': 'lovely\n' });
  folder.write('data/raw/reviews.csv', 'as it was');
  expect(await folder.stage('import_data')).toMatchObject({
    code: 1,
    stderr: 'import_data: data/incoming: x.pos: the files of the other label are missing\n',
  });
  expect(folder.read('data/raw/reviews.csv')).toBe('as it was');
});

test('files outside data/incoming are taken with a warning, in silence when pinned, and not at all when changed', async () => {
  const folder = incoming({});
  folder.set('directory: data/incoming', 'directory: elsewhere');
  const text = 'lovely\t1\ndreadful\t0\n';
  folder.write('elsewhere/a.tsv', text);
  const pin = `sha256: {a.tsv: ${digestOf(text)}}`;
  const warned = await folder.stage('import_data');
  expect(warned).toMatchObject({ code: 0, stderr: expect.stringContaining(pin) });
  expect(linesOf(folder.read('data/raw/reviews.csv'))).toEqual(['text,label', 'lovely,1', 'dreadful,0']);
  folder.set('sha256: {}', pin);
  expect(await folder.stage('import_data')).toMatchObject({ code: 0, stderr: 'import_data: directory: 2 reviews\n' });
  folder.write('elsewhere/a.tsv', 'changed\t1\n');
  expect(await folder.stage('import_data')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^import_data: elsewhere\/a\.tsv: SHA-256 is [0-9a-f]{64}, but params\.yaml pins/),
  });
});

test('texts split by hand are learnt from and known by their holdout, not by the salt in params.yaml', async () => {
  const folder = createSentimentFolder();
  const side = (n: number) => Array.from({ length: n }, (_, i) => (i % 2 === 0 ? `lovely ${i}` : `"dreadful, ${i}"`));
  const labels = (n: number) => Array.from({ length: n }, (_, i) => String(1 - (i % 2)));
  const lines = (header: string, values: readonly string[]) => `${[header, ...values].join('\n')}\n`;
  folder.write('data/preprocessed/X_train.csv', lines('text', side(60)));
  folder.write('data/preprocessed/y_train.csv', lines('label', labels(60)));
  folder.write('data/preprocessed/X_test.csv', lines('text', side(40)));
  folder.write('data/preprocessed/y_test.csv', lines('label', labels(40)));
  expect(await folder.stage('train')).toMatchObject({ code: 0 });
  expect(JSON.parse(folder.read('artifacts/model.json')).split).toEqual({
    method: 'given',
    holdout: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(await folder.stage('evaluate')).toMatchObject({ code: 0 });
  expect(JSON.parse(folder.read('artifacts/metrics.json'))).toMatchObject({ n: 40, accuracy: 1 });
});

test.each<[string, string, string, string]>([
  [
    'import_data',
    'reviews: 8000',
    'reviews: 5',
    'import_data.reviews: a whole number from 100 to 1000000 is expected, not 5',
  ],
  [
    'preprocess',
    'test_size: 0.2',
    'test_size: 1',
    'preprocess.test_size: a number between 0 and 1 (both excluded) is expected, not 1',
  ],
  [
    'train',
    'alpha: 1.0',
    'alpha: 0',
    'train.naive_bayes.alpha: a number between 0 and 1000 (both excluded) is expected, not 0',
  ],
  [
    'train',
    'ngrams: [1, 2]',
    'ngrams: [0]',
    'train.naive_bayes.ngrams: a list of different whole numbers from 1 to 3 is expected, not [0]',
  ],
])('%s refuses nonsense in params.yaml: %s to %s', async (stage, from, to, message) => {
  const folder = createSentimentFolder();
  folder.set(from, to);
  const end = await folder.stage(stage);
  expect(end.code).toBe(1);
  expect(end.stderr).toMatch(/^\w+: params\.yaml:\d+:\d+: /);
  expect(end.stderr).toContain(message);
});
