/** Holds the deps in pipeline.yaml to what the stage programs really load. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import picomatch from 'picomatch';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { importedFiles } from './imported-files.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PIPELINE: { readonly stages: Readonly<Record<string, { readonly deps: readonly string[] }>> } = parse(
  readFileSync(`${ROOT}pipeline.yaml`, 'utf8'),
);

test.each(['import_data', 'preprocess', 'train', 'predict'])('%s declares every file it loads', (stage) => {
  const deps = PIPELINE.stages[stage]?.deps ?? [];
  const undeclared = importedFiles(ROOT, `stages/${stage}.ts`).filter((file) => !picomatch.isMatch(file, [...deps]));
  expect(undeclared).toEqual([]);
});

test.each(['import_data', 'preprocess', 'train', 'predict'])(
  '%s declares no single file that it does not load',
  (stage) => {
    const loaded = importedFiles(ROOT, `stages/${stage}.ts`);
    const files = (PIPELINE.stages[stage]?.deps ?? []).filter((dep) => /^(src|stages)\/[^*]*\.ts$/.test(dep));
    expect(files.filter((file) => !loaded.includes(file))).toEqual([]);
  },
);
