/**
 * Stage 2: one spelling for white space and accents, and the split into training texts and holdout. A
 * text that stands there twice stands on one side twice: the split is by hash of the text itself.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok } from '../../../src/lib/result.ts';
import { readParams } from '../../../stages/lib/params.ts';
import type { Checked } from '../../../stages/lib/problem.ts';
import { runProgram, type ProgramContext } from '../../../stages/lib/program.ts';
import { publishFiles, renderJson } from '../../../stages/lib/publish.ts';
import { holdoutOf, readSplitParams } from '../../../stages/lib/split.ts';
import { digestHoldout, PREPROCESSED } from '../../../stages/lib/training-data.ts';
import { createReport } from './sentiment/data-report.ts';
import { readOrigin } from './sentiment/origin.ts';
import { RAW_FILE } from './sentiment/raw-file.ts';
import { parseReviews } from './sentiment/review-file.ts';
import { cleanText, SPLIT_KEY, splitKeyOf } from './sentiment/review.ts';
import { renderSide } from './sentiment/text-data.ts';

const HELP = `
Usage: tsx stages/preprocess.ts

Spells texts in one way (NFC, white space folded), leaves out empty ones and splits the rest.

Reads    ${RAW_FILE}
         params.yaml: preprocess.split      hash (by the text) or random (benchmarks)
                      preprocess.test_size  share of texts in the holdout
                      preprocess.salt       of the hash: another salt, another holdout
                      preprocess.seed       of the random split
Writes   data/preprocessed/{X_train,X_test,y_train,y_test}.csv and split.json
         artifacts/data_report.json: texts in, left out, doubled, contradictory
`;

await runProgram({ name: 'preprocess', help: HELP, run: preprocess });

async function preprocess({ progress }: ProgramContext): Promise<Checked<void>> {
  const split = await readParams((params) => readSplitParams(params, SPLIT_KEY));
  if (!split.ok) return split;
  const bytes = await readFile(RAW_FILE);
  const raw = parseReviews({ file: RAW_FILE, bytes });
  if (!raw.ok) return raw;
  const cleaned = raw.value.map(({ text, label }) => ({ text: cleanText(text), label }));
  const reviews = cleaned.filter(({ text }) => text !== '');
  const isHeld = holdoutOf(
    split.value,
    reviews.map(({ text }) => splitKeyOf(text)),
  );
  const train = reviews.filter((_, i) => isHeld[i] === false);
  const test = reviews.filter((_, i) => isHeld[i] === true);
  if (train.length === 0 || test.length === 0) {
    const message = `${reviews.length} texts leave ${train.length} for training and ${test.length} for the holdout`;
    return err([{ file: PREPROCESSED, message }]);
  }
  const held = renderSide('test', test);
  const holdout = digestHoldout(held.map(([, content]) => content));
  const claim = { ...split.value, holdout, origin: await readOrigin(bytes) };
  await publishFiles(
    new Map([
      ...renderSide('train', train),
      ...held,
      [join(PREPROCESSED, 'split.json'), renderJson(claim)],
      ['artifacts/data_report.json', renderJson(createReport({ read: raw.value.length, train, test }))],
    ]),
  );
  progress(`${train.length} training texts, ${test.length} in the holdout`);
  return ok(undefined);
}
