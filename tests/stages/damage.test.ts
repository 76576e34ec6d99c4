import { expect, test } from 'vitest';
import { renderTable } from './raw-tables.ts';
import { createStageFolder } from './stage-folder.ts';

const LIEUX = renderTable('lieux', [{}]);
const [HEADER = '', ROW = ''] = LIEUX.split('\n');

test.each<[damage: string, content: string | Buffer, place: string]>([
  ['a missing column', LIEUX.replaceAll('"catr";', '').replace('"4";', ''), '1:1: column "catr" is missing'],
  ['a doubled column', `${HEADER};"vma"\n${ROW};"50"\n`, '1:127: column "vma" stands twice'],
  [
    'exchanged columns',
    LIEUX.replace('"catr";"voie"', '"voie";"catr"'),
    '1:11: columns are exchanged: "voie" stands where "catr" is expected',
  ],
  ['another separator', LIEUX.replaceAll(';', ','), '1:10: columns are separated by ",", expected ";"'],
  ['a truncated last line', LIEUX.slice(0, -20), '2:76: the last line is cut off'],
  [
    'an open quote',
    LIEUX.replace('"Rue Pasteur"', '"Rue Pasteur'),
    '2:34: text behind a closing quote, or a quote inside a field without quotes',
  ],
  [
    'a web page',
    '<html><body>Not found</body></html>',
    '1:1: a web page, not a table: the download was answered with HTML',
  ],
  [
    'another year',
    LIEUX.replace('202400000001', '202300000001'),
    '2:2: Num_Acc "202300000001" is not 2024 and eight digits',
  ],
  ['an empty file', '', '1:1: the file is empty'],
  [
    'bytes that are not UTF-8',
    Buffer.from(LIEUX.replace('Pasteur', 'Carême'), 'latin1'),
    '2:28: not UTF-8: byte 0xea (Latin-1?)',
  ],
  [
    'a line of ten megabytes',
    LIEUX.replace('Pasteur', 'x'.repeat(10_000_000)),
    '2:1: a line of 10000090 bytes (at most 65536): the line ends are lost',
  ],
])('%s is refused by file, line and column, and the earlier tables stay', async (_damage, content, place) => {
  const folder = createStageFolder({
    'source: synthetic': 'source: directory',
    'directory: null': 'directory: data/incoming',
  });
  for (const table of ['caracteristiques', 'usagers', 'vehicules'] as const) {
    folder.write(`data/incoming/${table}-2024.csv`, renderTable(table, [{}]));
  }
  folder.write('data/incoming/lieux-2024.csv', content);
  folder.write('data/raw/lieux-2024.csv', 'as it was');
  const end = await folder.run('import_data');
  expect(end).toMatchObject({ code: 1, stderr: `import_data: data/incoming/lieux-2024.csv:${place}\n` });
  expect(folder.read('data/raw/lieux-2024.csv')).toBe('as it was');
});
