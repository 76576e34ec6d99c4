import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readForeignModel } from '../../src/engine/foreign-file.ts';
import { readText } from '../ml/support/xgboost-golden.ts';

function written(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'foreign-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'xgboost.json');
  writeFileSync(file, text);
  return file;
}

test('a file whose categorical splits XGBoost 1.7 or 2 wrote as NaN is refused for them, not for being no JSON', () => {
  const whole: { learner: { feature_types: string[] } } = JSON.parse(readText('plain-3.2.json'));
  whole.learner.feature_types = ['c', 'q', 'q', 'q', 'q'];
  const text = JSON.stringify(whole).replace('"split_conditions":[', '"split_conditions":[NaN,');
  const file = written(text);
  const read = readForeignModel({ file });
  expect(text).toContain('[NaN,');
  expect(read).toEqual({
    ok: false,
    error: expect.stringMatching(/xgboost\.json cannot be imported: .*categorical/),
  });
});

test('what is neither JSON nor a model is refused as what it is', () => {
  const file = written('tree\nversion=v4\n');
  expect(readForeignModel({ file })).toEqual({
    ok: false,
    error: expect.stringContaining(`${file} cannot be imported`),
  });
});
