/** The settings that docs/data.md shows are ones that the stage takes; `...` there stands for what is in params.yaml. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { readImportParams } from '../../stages/accidents/import-params.ts';
import { parseParams } from '../../stages/lib/params.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const examples = [...read('docs/data.md').matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);
const standing = parse(read('params.yaml'));

test.each(examples)('%s', (example) => {
  const shown = parse(example.replace('{...}', '{}').replace(', ...}', '}'));
  const text = stringify({ ...standing, import_data: { ...standing.import_data, ...shown.import_data } });
  const { source, years } = shown.import_data;
  expect(parseParams(text, readImportParams)).toMatchObject({ ok: true, value: { source, years } });
});

test('two ways to bring data of your own are shown', () => {
  expect(examples).toHaveLength(2);
});
