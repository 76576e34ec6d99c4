/** Plots as pure values: what is declared, what the data holds, what is drawn of it. */
import { expect, test } from 'vitest';
import { parsePipeline } from '../../src/core/pipeline-file.ts';
import { plotDefinitions, withAxisTitles } from '../../src/core/plot.ts';
import { parsePlotData } from '../../src/core/plot-data.ts';
import { MAX_POINTS, type Point, pointsOf, thinOut } from '../../src/core/plot-points.ts';
import { toVegaLite } from '../../src/core/plot-spec.ts';

function definitions(text: string) {
  const parsed = parsePipeline({ file: 'pipeline.yaml', text });
  return parsed.ok ? plotDefinitions(parsed.value) : expect.unreachable(JSON.stringify(parsed.error));
}

test('plots of stages: columns, labels, and one series for each column of y', () => {
  const found = definitions(`stages:
  a:
    cmd: x
    wdir: sub
    plots:
      - loss.csv: {x: epoch, y: [train, valid], x_label: Epoch, title: Loss, template: scatter, header: false}
      - plain.json
`);
  expect(found).toEqual([
    {
      id: 'sub/loss.csv',
      style: { x: 'epoch', y: ['train', 'valid'], xLabel: 'Epoch', title: 'Loss', template: 'scatter', header: false },
      series: ['train', 'valid'].map((y) => ({
        file: 'sub/loss.csv',
        y,
        x: { file: 'sub/loss.csv', column: 'epoch' },
      })),
    },
    { id: 'sub/plain.json', style: {}, series: [{ file: 'sub/plain.json', y: undefined, x: undefined }] },
  ]);
});

test("the top level: data of several files, x from another, and a stage's plot drawn otherwise", () => {
  const found = definitions(`stages: {a: {cmd: x, plots: [b.csv]}}
plots:
  - both: {x: epoch, y: {a.csv: [u, v], b.csv: w}}
  - other: {x: {x.csv: t}, y: {b.csv: w}}
  - b.csv: {template: bar}
`);
  expect(
    found.map(({ id, series }) => [id, ...series.map(({ file, y, x }) => `${file} ${y} ${x?.file}/${x?.column}`)]),
  ).toEqual([
    ['both', 'a.csv u a.csv/epoch', 'a.csv v a.csv/epoch', 'b.csv w b.csv/epoch'],
    ['other', 'b.csv w x.csv/t'],
    ['b.csv', 'b.csv undefined undefined/undefined'],
  ]);
});

test.each([
  ['one column of several files', '{x: fpr, y: {a.csv: tpr, b.csv: tpr}}', 'fpr', 'tpr'],
  ['several columns', '{x: e, y: {a.csv: [train, valid]}}', 'e', 'train, valid'],
  ['x of each file', '{x: {a.csv: t, b.csv: u}, y: {a.csv: w, b.csv: w}}', 't, u', 'w'],
  ['x of another file', '{x: {x.csv: t}, y: w}', 't', 'w'],
  ['what is said', '{x: e, y: {a.csv: v}, x_label: Epoch, y_label: Loss}', 'Epoch', 'Loss'],
  ['too many to stand there', `{y: {a.csv: [${'abcdefgh'.repeat(3)}, ${'ijklmnop'.repeat(3)}]}}`, undefined, undefined],
  ['nothing is said', '{}', undefined, undefined],
])('titles of axes: %s', (_, options, x, y) => {
  const [found] = definitions(`stages: {}\nplots:\n  - both: ${options}\n`);
  const style = found === undefined ? {} : withAxisTitles(found);
  expect([style.xLabel, style.yLabel]).toEqual([x, y]);
});

test.each([
  [
    'csv',
    'a.csv',
    'x,y\n1,2.5\n\n"q,""u""\n",\n',
    [
      { x: 1, y: 2.5 },
      { x: 'q,"u"\n', y: null },
    ],
  ],
  [
    'csv of Windows, without an end',
    'a.csv',
    '\ufeffx,y\r\n1,a\r\n2,b',
    [
      { x: 1, y: 'a' },
      { x: 2, y: 'b' },
    ],
  ],
  ['tsv', 'a.tsv', 'x\ty\n1,5\t2\n', [{ x: '1,5', y: 2 }]],
  ['json', 'a.json', '[{"x": 1, "y": [1]}]', [{ x: 1, y: '[1]' }]],
  ['json with the list inside', 'a.json', '{"n": 3, "roc": [{"x": 0.5, "y": null}]}', [{ x: 0.5, y: null }]],
  ['yaml', 'a.yaml', '- {x: 1}\n- {x: 2}\n', [{ x: 1 }, { x: 2 }]],
])('data: %s', (_, file, text, rows) => {
  expect(parsePlotData({ file, text, header: true })).toEqual({ ok: true, value: rows });
});

test.each([
  ['a.json', '{"a": 1}', 'holds no list of records'],
  ['a.json', '[1, 2', 'cannot be read: it is not valid'],
  ['a.csv', '', 'is empty'],
  ['a.bin', 'x', 'is neither csv, tsv, json, yaml nor an image'],
])('%s with %j %s', (file, text, error) => {
  expect(parsePlotData({ file, text, header: true })).toEqual({ ok: false, error });
});

test('without a header columns have numbers', () => {
  expect(parsePlotData({ file: 'a.csv', text: '1,2\n3,4\n', header: false })).toMatchObject({
    value: [
      { '0': 1, '1': 2 },
      { '0': 3, '1': 4 },
    ],
  });
});

const rows = [
  { e: 1, a: 5, b: 7 },
  { e: 2, a: 6, b: null },
];
const source = { revision: 'HEAD', hasFiles: false, rowsOf: (file: string) => (file === 'f' ? rows : undefined) };

test('points: the last column and the number of the row when nothing was said; gaps are left out', () => {
  expect(pointsOf({ file: 'f', x: undefined, y: undefined }, source)).toEqual([
    { revision: 'HEAD', series: 'b', x: 0, y: 7 },
  ]);
  expect(pointsOf({ file: 'f', x: { file: 'f', column: 'e' }, y: 'a' }, source).map(({ x, y }) => [x, y])).toEqual([
    [1, 5],
    [2, 6],
  ]);
  expect(pointsOf({ file: 'f', x: undefined, y: 'nosuch' }, source)).toEqual([]);
  expect(pointsOf({ file: 'gone', x: undefined, y: undefined }, source)).toEqual([]);
});

const line = (revision: string, count: number): readonly Point[] =>
  Array.from({ length: count }, (_, n) => ({ revision, series: 'y', x: n, y: n % 7 }));

test('of a million points some are drawn, the first and the last among them, and the picture says so', () => {
  const thin = thinOut(line('HEAD', 1_000_000));
  expect([thin.length, thin[0]?.x, thin.at(-1)?.x]).toEqual([MAX_POINTS, 0, 999_999]);
  const spec = toVegaLite({ id: 'p', style: {}, revisions: ['HEAD'], lines: [line('HEAD', 9999)] });
  expect(spec['title']).toMatchObject({ subtitle: '2000 of 9999 points' });
});

test('a confusion matrix is counted for each revision, however many rows there are', () => {
  const pairs = ['cat', 'dog'].flatMap((x) =>
    Array.from({ length: 3000 }, (_, n) => ({ revision: 'HEAD', series: 'y', x, y: n < 1000 ? 'dog' : x })),
  );
  const spec = toVegaLite({
    id: 'p',
    style: { template: 'confusion_normalized' },
    revisions: ['HEAD', 'empty'],
    lines: [pairs, []],
  });
  expect(spec['data']).toEqual({
    values: [
      { revision: 'HEAD', x: 'cat', y: 'cat', count: 2000, share: 2 / 3, strength: 2 / 3 },
      { revision: 'HEAD', x: 'cat', y: 'dog', count: 1000, share: 1 / 3, strength: 1 / 3 },
      { revision: 'HEAD', x: 'dog', y: 'dog', count: 3000, share: 1, strength: 1 },
    ],
  });
});
