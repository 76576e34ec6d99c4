/**
 * Stage 4: how good the candidate is on the holdout, and whether it becomes the production model: the
 * gate, the registry and the report of every pipeline (docs/promotion.md), here on texts.
 */
import { readFile } from 'node:fs/promises';
import { digestOf } from '../../../src/lib/digest.ts';
import { ok } from '../../../src/lib/result.ts';
import type { Holdout } from '../../../src/ml/score.ts';
import { judgeCandidate } from '../../../stages/evaluation/judge.ts';
import type { Checked } from '../../../stages/lib/problem.ts';
import { runProgram } from '../../../stages/lib/program.ts';
import { readSplit } from '../../../stages/lib/training-data.ts';
import { TEXT } from './sentiment/review.ts';
import { labelFile, readLabelledTexts, textFile } from './sentiment/text-data.ts';

const HELP = `
Usage: tsx stages/evaluate.ts

Measures the candidate on the holdout, compares it with the production model on the same texts, and
promotes it when it is more than a point better (docs/promotion.md). A rejection is no failure: exit 0.

Reads    artifacts/model.json                    the candidate
         data/preprocessed/{X_test,y_test}.csv and split.json
         params.yaml: gate                       what it takes to be promoted
         pipeline.yaml: models                   where registry and production model are
Writes   artifacts/metrics.json, artifacts/plots/, artifacts/report.html   of the candidate alone
         artifacts/models/sentiment/             the registry
         artifacts/gate.json                     the verdict, with all its reasons
         artifacts/prod_model.json               the production model
`;

await runProgram({ name: 'evaluate', help: HELP, run: (context) => judgeCandidate(context, readHoldout) });

async function readHoldout(): Promise<Checked<Holdout>> {
  const data = await readLabelledTexts('test');
  if (!data.ok) return data;
  const split = await readSplit();
  if (!split.ok) return split;
  const digests = {
    x_test: digestOf(await readFile(textFile('test'))),
    y_test: digestOf(await readFile(labelFile('test'))),
  };
  return ok({ ...data.value, columns: [TEXT], split: split.value, digests });
}
