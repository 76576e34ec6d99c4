import { expect, test } from 'vitest';
import { digestOf } from '../../src/lib/digest.ts';
import { tableFile, TABLE_NAMES } from '../../stages/accidents/layout.ts';
import { answerWith, cutAfter, serveFiles } from './file-server.ts';
import type { FileServer } from './file-server.ts';
import { renderTables } from './raw-tables.ts';
import { createStageFolder } from './stage-folder.ts';

const TABLES = Object.fromEntries(
  [...renderTables({})].map(([table, text]) => [tableFile(table, 2024), text] as const),
);
const PINS = Object.entries(TABLES).map(([name, text]) => `${name}: ${digestOf(text)}`);

function createFolder({ url }: Pick<FileServer, 'url'>, pins: readonly string[] = PINS) {
  const folder = createStageFolder({
    'source: synthetic': 'source: http',
    'url: null': `url: ${url}`,
    'sha256: {}': `sha256: {${pins.join(', ')}}`,
  });
  folder.write('data/raw/lieux-2024.csv', 'as it was');
  return folder;
}

test('pinned tables are downloaded, filed byte for byte, and named as their origin', async () => {
  const folder = createFolder(await serveFiles(TABLES));
  expect(await folder.run('import_data')).toMatchObject({ code: 0 });
  const files = TABLE_NAMES.map((table) => tableFile(table, 2024));
  expect(files.map((name) => folder.read(`data/raw/${name}`))).toEqual(files.map((name) => TABLES[name]));
  expect(JSON.parse(folder.read('data/raw/source.json'))).toMatchObject({ source: 'http' });
  expect(folder.exists('data/.download')).toBe(false);
});

test('tables are found under other official spellings', async () => {
  const { 'caracteristiques-2024.csv': first = '', 'usagers-2024.csv': users = '', ...rest } = TABLES;
  const server = await serveFiles({ ...rest, 'caract-2024.csv': first, 'Usagers_2024.csv': users });
  expect(await createFolder(server).run('import_data')).toMatchObject({ code: 0 });
});

test('what is not pinned is checked, refused with the pins to paste, and not downloaded again', async () => {
  const server = await serveFiles(TABLES);
  const folder = createFolder(server, []);
  const refused = await folder.run('import_data');
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('import_data.sha256 must pin every table'),
  });
  expect(folder.read('data/raw/lieux-2024.csv')).toBe('as it was');
  const [pins = ''] = /sha256: \{.*\}/.exec(refused.stderr) ?? [];
  folder.write('params.yaml', folder.read('params.yaml').replace('sha256: {}', pins));
  expect(await folder.run('import_data')).toMatchObject({ code: 0 });
  expect(server.requests).toHaveLength(4);
});

test.each([
  [
    'a table the server does not have',
    answerWith(404),
    /no caracteristiques file for 2024: tried caracteristiques-2024\.csv \(404\), /,
  ],
  ['a web page', answerWith(200, { 'content-type': 'text/html' }, '<html>'), /answered with a web page/],
  [
    'a web page that says it is text',
    answerWith(200, {}, '<!doctype html><p>Sorry'),
    /SHA-256 is [0-9a-f]{64}, but params\.yaml pins/,
  ],
  ['wrong bytes', answerWith(200, {}, 'Num_Acc'), /SHA-256 is [0-9a-f]{64}, but params\.yaml pins/],
])('%s is refused and the earlier tables stay', async (_what, answer, message) => {
  const { 'caracteristiques-2024.csv': _gone, ...rest } = TABLES;
  const server = await serveFiles(rest);
  const folder = createFolder(server);
  server.misbehave(answer);
  expect(await folder.run('import_data')).toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
  expect(folder.read('data/raw/lieux-2024.csv')).toBe('as it was');
});

test('an unpinned web page is refused as what it is', async () => {
  const server = await serveFiles({ ...TABLES, 'lieux-2024.csv': '<!doctype html><p>Sorry' });
  const { stderr } = await createFolder(server, []).run('import_data');
  expect(stderr).toContain('lieux-2024.csv:1:1: a web page, not a table');
});

test('a connection that breaks is no failure', async () => {
  const server = await serveFiles(TABLES);
  server.misbehave(cutAfter(TABLES['caracteristiques-2024.csv'] ?? '', 10));
  const end = await createFolder(server).run('import_data');
  expect(end).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/caracteristiques-2024\.csv: .*; attempt 2 of 6/),
  });
});

test.each([
  ['url: null', 'source http needs the address of a folder, https://…/'],
  ['url: ftp://example.org/', 'source http needs the address of a folder, https://…/'],
  ['url: https://me:secret@example.org/', 'must be a plain address without user, password, ? or #'],
])('%s is refused without showing it', async (url, message) => {
  const folder = createStageFolder({ 'source: synthetic': 'source: http', 'url: null': url });
  expect(await folder.run('import_data')).toMatchObject({
    code: 1,
    stderr: `import_data: params.yaml:9:8: import_data.url: ${message}\n`,
  });
});
