import { expect, test } from 'vitest';
import type { TableLayout } from '../../stages/accidents/layout.ts';
import { parseTable } from '../../stages/accidents/table.ts';
import { renderProblem } from '../../stages/lib/problem.ts';

const FILE = 'v.csv';
const COLUMNS = ['Num_Acc', 'catv', 'obs'];
const HEADER = '"Num_Acc";"catv";"obs"\n';

const LAYOUT: TableLayout = {
  columns: COLUMNS,
  optional: [],
  aliases: new Map(),
  isOrdered: true,
  separators: [';'],
  isMaybeLatin1: false,
  allowsBareQuotes: false,
};

const parse = (content: string | Buffer, differences: Partial<TableLayout> = {}) =>
  parseTable({ file: FILE, bytes: Buffer.from(content), layout: { ...LAYOUT, ...differences } });

function problemsOf(content: string | Buffer): readonly string[] {
  const table = parse(content);
  return table.ok ? expect.unreachable('the table was accepted') : table.error.map(renderProblem);
}

function cellsOf(content: string | Buffer, layout: Partial<TableLayout> = {}): readonly (readonly string[])[] {
  const table = parse(content, layout);
  if (!table.ok) return expect.unreachable(table.error.map(renderProblem).join());
  const { rows, cell, column } = table.value;
  return Array.from({ length: rows }, (_, row) => COLUMNS.map((name) => cell(row, column(name))));
}

test.each<[damage: string, content: string | Buffer, message: string]>([
  ['an empty file', '', 'v.csv:1:1: the file is empty'],
  ['only a header', HEADER, 'v.csv:2:1: no rows under the header'],
  ['only half a header', '"Num_Acc";"catv";"obs"', 'v.csv:1:23: only a header, and its line does not end'],
  [
    'a web page',
    '\n <!DOCTYPE html><html><body>404</body></html>\n',
    'v.csv:1:1: a web page, not a table: the download was answered with HTML',
  ],
  ['commas', 'Num_Acc,catv,obs\n1,2,3\n', 'v.csv:1:8: columns are separated by ",", expected ";"'],
  ['tabs', 'Num_Acc\tcatv\tobs\n1\t2\t3\n', 'v.csv:1:8: columns are separated by "\\t", expected ";"'],
  ['a missing column', '"Num_Acc";"obs"\n"1";"3"\n', 'v.csv:1:1: column "catv" is missing'],
  ['a doubled column', '"Num_Acc";"catv";"catv";"obs"\n"1";"2";"2";"3"\n', 'v.csv:1:18: column "catv" stands twice'],
  ['an unknown column', '"Num_Acc";"catv";"obs";"x"\n"1";"2";"3";"4"\n', 'v.csv:1:24: unknown column "x"'],
  [
    'exchanged columns',
    '"Num_Acc";"obs";"catv"\n"1";"3";"2"\n',
    'v.csv:1:11: columns are exchanged: "obs" stands where "catv" is expected',
  ],
  ['a field too few', `${HEADER}"1";"2";"3"\n"1";"2"\n"1";"2";"3"\n`, 'v.csv:3:8: 2 fields, expected 3'],
  ['a field too many', `${HEADER}"1";"2";"3";"4"\n`, 'v.csv:2:16: 4 fields, expected 3'],
  ['an empty line', `${HEADER}"1";"2";"3"\n\n"1";"2";"3"\n`, 'v.csv:3:1: an empty line'],
  [
    'an open quote',
    `${HEADER}"1";"2;"3"\n"1";"2";"3"\n`,
    'v.csv:2:9: text behind a closing quote, or a quote inside a field without quotes',
  ],
  [
    'a quote open to the end of its line',
    `${HEADER}"1";"2";"3\n"1";"2";"3"\n`,
    'v.csv:2:9: this quote is not closed on its line',
  ],
  [
    'a quote inside a bare field',
    `${HEADER}1;2"2;3\n`,
    'v.csv:2:4: text behind a closing quote, or a quote inside a field without quotes',
  ],
  ['a last line cut between fields', `${HEADER}"1";"2";"3"\n"1";"2"`, 'v.csv:3:8: the last line is cut off'],
  ['a last line cut inside a field', `${HEADER}"1";"2";"3"\n"1";"2";"3`, 'v.csv:3:9: the last line is cut off'],
  ['a last line whose bare field may be cut', `${HEADER}1;2;34`, 'v.csv:2:7: the last line is cut off'],
  ['Latin-1', Buffer.from(`${HEADER}"1";"é";"3"\n`, 'latin1'), 'v.csv:2:6: not UTF-8: byte 0xe9 (Latin-1?)'],
  [
    'Latin-1 behind UTF-8',
    Buffer.concat([Buffer.from(`${HEADER}"é";"`), Buffer.from([0xe8]), Buffer.from('";"3"\n')]),
    'v.csv:2:6: not UTF-8: byte 0xe8 (Latin-1?)',
  ],
  [
    'a line of 10 MB',
    `${HEADER}"1";"2";"${'x'.repeat(10_000_000)}"\n`,
    'v.csv:2:1: a line of 10000010 bytes (at most 65536): the line ends are lost',
  ],
])('%s is refused with its place', (_damage, content, message) => {
  expect(problemsOf(content)).toEqual([message]);
});

test('every missing column is named at once', () => {
  expect(problemsOf('"Num_Acc"\n"1"\n')).toEqual([
    'v.csv:1:1: column "catv" is missing',
    'v.csv:1:1: column "obs" is missing',
  ]);
});

test('quoted and bare fields, doubled quotes, separators in quotes, blanks and empty fields are read as they stand', () => {
  expect(cellsOf(`${HEADER}1;" -1";"rue ""X"" ; y"\n"";;"é\u00a0z"\n`)).toEqual([
    ['1', ' -1', 'rue "X" ; y'],
    ['', '', 'é\u00a0z'],
  ]);
});

test('a byte order mark and Windows line ends change nothing', () => {
  expect(cellsOf(`\ufeff${HEADER.replace('\n', '\r\n')}"1";"2";"3"\r\n`)).toEqual([['1', '2', '3']]);
});

test('a last line without line end is whole when its last field is closed', () => {
  expect(cellsOf(`${HEADER}"1";"2";"3"`)).toEqual([['1', '2', '3']]);
});

test('empty lines behind the last row are nothing', () => {
  expect(cellsOf(`${HEADER}"1";"2";"3"\n\n`)).toEqual([['1', '2', '3']]);
  expect(cellsOf(`${HEADER.replace('\n', '\r\n')}"1";"2";"3"\r\n\r\n\r\n`)).toEqual([['1', '2', '3']]);
});

test.each([
  ['behind a quote', '"1";"RUE "X" NORD";"3"', 'RUE "X" NORD"'],
  ['at its beginning', '"1";""X" NORD";"3"', '"X" NORD"'],
  ['behind a backslash', '"1";"RUE \\"X\\"";"3"', 'RUE \\"X\\"'],
])(
  'quotes that were not doubled inside a quoted text, %s, belong to it while the line keeps its fields',
  (_place, row, text) => {
    expect(cellsOf(`${HEADER}${row}\n"4";"5";"6"\n`)).toEqual([
      ['1', text, '3'],
      ['4', '5', '6'],
    ]);
  },
);

test('under a header without quotes a bare text may hold quotes, a text that begins with one must end with it', () => {
  expect(cellsOf('Num_Acc;catv;obs\n1;RUE "X";3\n')).toEqual([['1', 'RUE "X"', '3']]);
  expect(problemsOf('Num_Acc;catv;obs\n1;"RUE X;3\n')).toEqual(['v.csv:2:3: this quote is not closed on its line']);
});

test('the place of a field is its line and column in the file', () => {
  const table = parse(`${HEADER}"1";"2";"3"\n"1";"22";"3"\n`);
  expect(table.ok && table.value.place(1, 2)).toEqual({ file: FILE, line: 3, column: 11 });
});

test.each<[leniency: string, content: string | Buffer, layout: Partial<TableLayout>]>([
  ['another order', '"obs";"Num_Acc";"catv"\n"3";"é";"2"\n', { isOrdered: false }],
  [
    'a name of their own',
    '"Accident_Id";"catv";"obs"\n"é";"2";"3"\n',
    { aliases: new Map([['Accident_Id', 'Num_Acc']]) },
  ],
  [
    'an optional column that is there',
    '"Num_Acc";"x";"catv";"obs"\n"é";"9";"2";"3"\n',
    { columns: ['Num_Acc', 'x', 'catv', 'obs'], optional: ['x'] },
  ],
  [
    'an optional column that is not there',
    `${HEADER}"é";"2";"3"\n`,
    { columns: ['Num_Acc', 'x', 'catv', 'obs'], optional: ['x'] },
  ],
  ['the second of two separators', 'Num_Acc\tcatv\tobs\né\t2\t3\n', { separators: [',', '\t'] }],
  ['Latin-1', Buffer.from(`${HEADER}"é";"2";"3"\n`, 'latin1'), { isMaybeLatin1: true }],
])('a layout may allow %s, and columns are found by name', (_leniency, content, layout) => {
  expect(cellsOf(content, layout)).toEqual([['é', '2', '3']]);
});

test('a layout may allow quotes inside bare fields', () => {
  expect(cellsOf(`${HEADER}1;RUE "X";3\n`, { allowsBareQuotes: true })).toEqual([['1', 'RUE "X"', '3']]);
});

test('an optional column stands in its place or is refused', () => {
  const table = parse('"Num_Acc";"catv";"x";"obs"\n"1";"2";"9";"3"\n', {
    columns: ['Num_Acc', 'x', 'catv', 'obs'],
    optional: ['x'],
  });
  expect(table.ok ? [] : table.error.map(renderProblem)).toEqual([
    'v.csv:1:11: columns are exchanged: "catv" stands where "x" is expected',
  ]);
});
