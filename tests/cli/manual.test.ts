/** The manual says what is true: it is compared with the program, or run through it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLI_MANUAL, renderCliManual } from '../../scripts/docs-cli.ts';
import { buildGraph } from '../../src/core/graph-links.ts';
import { parsePipeline } from '../../src/core/pipeline-file.ts';
import { knownKeysAt, NOT_YET } from '../../src/core/pipeline-schema.ts';

const FILE_MANUAL = readFileSync(join(import.meta.dirname, '../../docs/pipeline-file.md'), 'utf8');

test('docs/cli.md is up to date (npx tsx scripts/docs-cli.ts)', async () => {
  expect(readFileSync(CLI_MANUAL, 'utf8')).toBe(await renderCliManual());
});

test.each([
  ['the top level', []],
  ['a stage', ['stages', 's']],
  ['an out', ['stages', 's', 'outs', 0, 'o']],
  ['a plot', ['stages', 's', 'plots', 0, 'p']],
  ['a model', ['models', 'm']],
  ['retrain of a model', ['models', 'm', 'retrain']],
  ['a dep', ['stages', 's', 'deps', 0]],
  ['resources', ['stages', 's', 'resources']],
  ['an artifact', ['artifacts', 'a']],
])('docs/pipeline-file.md names every key of %s', (_, path) => {
  const keys = knownKeysAt(path);
  expect(keys.length).toBeGreaterThan(2);
  expect(keys.filter((key) => !FILE_MANUAL.includes(`\`${key}\``) && !FILE_MANUAL.includes(`\`${key}:`))).toEqual([]);
});

test('no key is both known and not supported yet', () => {
  const known = [[], ['stages', 's'], ['stages', 's', 'outs', 0, 'o'], ['models', 'm']].flatMap(knownKeysAt);
  expect(known.filter((key) => NOT_YET.has(key))).toEqual([]);
});

const examples = [...FILE_MANUAL.matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, text]) => text ?? '');

/** What the examples name. */
const FILES: Readonly<Record<string, string>> = {
  'params.yaml': 'train: {lr: 0.1}\n',
  'sizes.yaml': 'sizes: {depths: [3, 5]}\n',
};

test('every example of docs/pipeline-file.md is a pipeline that is accepted', async () => {
  expect(examples.length).toBeGreaterThan(3);
  for (const example of examples) {
    const result = parsePipeline({
      file: 'pipeline.yaml',
      text: asPipeline(example),
      readText: (file) => FILES[file] ?? (file.endsWith('/pipeline.yaml') ? 'stages: {}' : undefined),
    });
    const pipeline = result.ok ? result.value : expect.unreachable(JSON.stringify(result.error));
    expect((await buildGraph(pipeline)).ok).toBe(true);
  }
});

/** Some examples show a whole file, some only keys of a stage or of the top level. */
function asPipeline(example: string): string {
  if (/^stages:/m.test(example)) return example;
  if (/^(models|sources|environment|artifacts|remotes):/m.test(example))
    return `stages: {evaluate: {cmd: x}}\n${example}`;
  return `stages:\n  s:\n    cmd: x\n${example.replaceAll(/^/gm, '    ')}\npools: {gpu: 1}\n`;
}
