/** The small examples do what their READMEs say, with the real command. */
import { appendFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pipe } from '../support/pipe-command.ts';
import { tempFolder } from '../support/temp-folder.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');

interface Example {
  readonly folder: string;
  readonly read: (path: string) => string;
  readonly write: (path: string, text: string) => void;
  /** What `pipe repro` did, from a folder of the example. */
  readonly repro: (targets?: readonly string[], from?: string) => Promise<Done>;
}

interface Done {
  readonly ran: readonly string[];
  readonly restored: readonly string[];
  readonly fresh: readonly string[];
}

/** A copy as if nothing had ever run in it. */
function copyOf(name: string): Example {
  const folder = join(tempFolder(), name);
  cpSync(join(EXAMPLES, name), folder, { recursive: true });
  const at = (path: string) => join(folder, path);
  const outs = readFileSync(at('.gitignore'), 'utf8').match(/^\/.*$/gm) ?? [];
  for (const path of ['.pipe', 'locks', ...outs]) rmSync(at(path), { recursive: true, force: true });
  return {
    folder,
    read: (path) => readFileSync(at(path), 'utf8'),
    write: (path, text) => {
      mkdirSync(join(at(path), '..'), { recursive: true });
      writeFileSync(at(path), text);
    },
    repro: async (targets = [], from = '.') => {
      const { stdout, code, stderr } = await pipe(at(from), 'repro', '--json', ...targets);
      expect([code, stderr]).toEqual([0, '']);
      const finished = stdout.split('\n').find((line) => line.startsWith('{"type":"run-finished"'));
      const { summary }: { summary: Done } = JSON.parse(finished ?? '{}');
      return summary;
    },
  };
}

function locksIn(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(join(folder, 'locks'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.json'),
  );
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(join(folder, 'locks', file), 'utf8')]));
}

test.each(['hello', 'early-cutoff', 'matrix', 'folders'])(
  '%s comes out here as it was recorded, and a second run runs nothing',
  async (name) => {
    const example = copyOf(name);
    const first = await example.repro();
    expect(first.fresh).toEqual([]);
    expect(locksIn(example.folder)).toEqual(locksIn(join(EXAMPLES, name)));
    expect(await example.repro()).toMatchObject({ ran: [], restored: [], fresh: first.ran });
  },
);

test('hello: what changes runs; what was changed back, or deleted, is restored', async () => {
  const example = copyOf('hello');
  await example.repro();
  expect(example.read('greetings.txt')).toBe('Hello, Ada!\nHello, Grace!\nHello, Alan!\n');
  const names = example.read('names.txt');
  appendFileSync(join(example.folder, 'names.txt'), 'Edsger\n');
  expect(await example.repro()).toMatchObject({ ran: ['greet', 'count'] });
  expect(example.read('count.json')).toBe('{"greetings": 4}\n');
  example.write('names.txt', names);
  expect(await example.repro()).toMatchObject({ ran: [], restored: ['greet', 'count'] });
  example.write('params.yaml', 'greeting: Hi\n');
  expect((await example.repro()).ran).toContain('greet');
  rmSync(join(example.folder, 'greetings.txt'));
  expect(await example.repro()).toMatchObject({ ran: [], restored: ['greet'], fresh: ['count'] });
  example.write('count.json', '{"greetings": 9}\n');
  expect(await example.repro()).toMatchObject({ ran: [], restored: ['count'] });
  const [run = ''] = readdirSync(join(example.folder, '.pipe/saved'));
  expect(example.read(`.pipe/saved/${run}/count.json`)).toBe('{"greetings": 9}\n');
});

test('early-cutoff: a comment runs clean and nothing else', async () => {
  const example = copyOf('early-cutoff');
  await example.repro();
  appendFileSync(join(example.folder, 'numbers.txt'), '# nothing to see here\n');
  expect(await example.repro()).toMatchObject({ ran: ['clean'], fresh: ['sum'] });
  appendFileSync(join(example.folder, 'numbers.txt'), '1\n');
  expect(await example.repro()).toMatchObject({ ran: ['clean', 'sum'] });
  expect(example.read('sum.txt')).toBe('50\n');
});

test('matrix: a longer list runs what is new, a changed script what reads it', async () => {
  const example = copyOf('matrix');
  expect((await example.repro(['pi@wallis-1000'])).ran).toEqual(['pi@wallis-1000']);
  expect((await example.repro(['pi'])).ran).toHaveLength(5);
  expect((await example.repro()).ran).toEqual(['compare']);
  expect(example.read('ranking.txt').split('\n')[0]).toMatch(/^0\.0007\d+ 3\.14\d+ wallis-1000$/);
  example.write('params.yaml', 'terms: [10, 100, 1000, 10000]\n');
  expect((await example.repro()).ran).toEqual(['pi@leibniz-10000', 'pi@wallis-10000', 'compare']);
  appendFileSync(join(example.folder, 'wallis.awk'), '# the end\n');
  expect((await example.repro()).ran).toHaveLength(4);
});

test('folders: below the root what stands there runs with what it needs; a new folder belongs to it at once', async () => {
  const example = copyOf('folders');
  expect((await example.repro([], 'regions/north')).ran).toEqual(['clean', 'regions/north/pipeline.yaml:sum']);
  expect((await example.repro(['regions/south/sum.txt'])).ran).toEqual(['regions/south/pipeline.yaml:sum']);
  await example.repro();
  expect(example.read('report.txt')).toBe('north 15\nsouth 11\n');
  example.write('regions/west/pipeline.yaml', example.read('regions/north/pipeline.yaml'));
  example.write('regions/west/params.yaml', 'region: west\n');
  expect((await example.repro()).ran).toEqual(['regions/west/pipeline.yaml:sum', 'report']);
});
