import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Fingerprint } from '../../src/core/fingerprint.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { layoutOf } from '../../src/store/layout.ts';
import { readRunRecord, writeRunRecord, type RunRecord } from '../../src/store/run-cache.ts';
import { tempFolder } from '../support/temp-folder.ts';

const key = digestOf('inputs') as Fingerprint;
const record: RunRecord = {
  fingerprint: key,
  outs: [{ path: 'model.json', content: { type: 'file', digest: digestOf('model'), size: 5, files: 1 } }],
};

test('a record is read back by its fingerprint, and only by it', () => {
  const layout = layoutOf(tempFolder());
  writeRunRecord(layout, record);
  expect(readRunRecord(layout, key)).toEqual(record);
  expect(readRunRecord(layout, digestOf('other') as Fingerprint)).toBeUndefined();
});

test('a torn or altered record counts as absent', () => {
  const layout = layoutOf(tempFolder());
  writeRunRecord(layout, record);
  const folder = join(layout.runRecords, key.slice(0, 2));
  const file = join(folder, readdirSync(folder)[0] ?? '');
  const text = readFileSync(file, 'utf8');
  for (let length = 0; length < text.length - 1; length += 7) {
    writeFileSync(file, text.slice(0, length));
    expect(readRunRecord(layout, key)).toBeUndefined();
  }
  writeFileSync(file, text.replace('model.json', 'other.json'));
  expect(readRunRecord(layout, key)).toBeUndefined();
});
