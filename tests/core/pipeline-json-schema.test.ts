/** The JSON schema for editors: it is the committed one, and it accepts and refuses what the program does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { pipelineJsonSchema } from '../../src/core/pipeline-json-schema.ts';
import { knownKeysAt } from '../../src/core/pipeline-schema.ts';
import { pipe } from '../support/pipe-command.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const committed = readFileSync(join(ROOT, 'schema/pipeline.schema.json'), 'utf8');

test('schema/pipeline.schema.json is up to date (npx tsx scripts/schema.ts)', () => {
  expect(committed).toBe(`${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`);
});

test('`pipe schema` prints it, wherever it is typed', async () => {
  const { stdout, code } = await pipe(tempFolder(), 'schema');
  expect([code, stdout]).toEqual([0, committed]);
});

const checked = z.fromJSONSchema(JSON.parse(committed));
const accepts = (yaml: string): boolean => checked.safeParse(parse(yaml)).success;

const EXAMPLES = ['sentiment', 'hello', 'early-cutoff', 'matrix', 'folders', 'folders/regions/north'];

test.each(['pipeline.yaml', ...EXAMPLES.map((example) => `examples/${example}/pipeline.yaml`)])(
  'it accepts %s',
  (file) => {
    expect(accepts(readFileSync(join(ROOT, file), 'utf8'))).toBe(true);
  },
);

test('it accepts templates where a number, a boolean or a list will be, and groups', () => {
  const text = `
vars: [sizes.yaml, {a: 1}]
stages:
  train: {matrix: {m: [a, b], n: "\${list}"}, cmd: x, frozen: "\${f}", deps: "\${files}", timeout: "\${t}", retries: "\${r}"}
  group: {foreach: "\${xs}", do: {cmd: "y \${item}", outs: ["\${item}": {cache: "\${c}"}], vars: [{b: 2}]}}
  plain: {cmd: [a, b], deps: [x, {path: y, eol: lf}, {run: z}, {url: "https://h/x"}], params: [k, {f.yaml: null}], env: [A, {B: 1.5}]}
`;
  expect(accepts(text)).toBe(true);
});

test.each([
  'stages: {a: {cmd: x, dep: []}}',
  'stages: {a: {deps: []}}',
  'stages: {a: {cmd: x, frozen: maybe}}',
  'stages: {a: {cmd: x, outs: [{o: {cach: true}}]}}',
  'stages: {a: {foreach: [1], do: {cmd: x}, deps: []}}',
  'stages: {}\nstagse: {}',
  'vars: []',
])('it refuses %s', (text) => {
  expect(accepts(text)).toBe(false);
});

test('every key of a stage and of the top level is explained', () => {
  const explained = (name: string) => committed.includes(`"${name}": {`);
  const keys = [...knownKeysAt([]), ...knownKeysAt(['stages', 's'])];
  expect(keys.filter((key) => !explained(key))).toEqual([]);
});
