/**
 * Stage 4: how good the candidate is on the holdout, and whether it becomes the production model.
 *
 * Its ordinary outputs follow from candidate and holdout alone. The comparison with the champion and
 * the promotion are state of this deployment (docs/promotion.md), and promotion is the last thing done.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, type Digest } from '../src/lib/digest.ts';
import { ok } from '../src/lib/result.ts';
import type { Holdout } from '../src/ml/score.ts';
import { judgeCandidate } from './evaluation/judge.ts';
import type { Checked } from './lib/problem.ts';
import { runProgram } from './lib/program.ts';
import { PREPROCESSED, readLabelledRows, readSplit } from './lib/training-data.ts';

const HELP = `
Usage: tsx stages/evaluate.ts

Measures the candidate on the holdout, compares it with the production model on the same rows, and
promotes it when it is more than a point better (docs/promotion.md). A rejection is no failure: exit 0.

Reads    artifacts/model.json                    the candidate
         data/preprocessed/{X_test,y_test}.csv and split.json
         params.yaml: gate                       what it takes to be promoted
         pipeline.yaml: models                   where registry and production model are
Writes   artifacts/metrics.json, artifacts/plots/, artifacts/report.html   of the candidate alone
         artifacts/models/accidents/             the registry
         artifacts/gate.json                     the verdict, with all its reasons
         artifacts/prod_model.json               the production model
`;

await runProgram({ name: 'evaluate', help: HELP, run: (context) => judgeCandidate(context, readHoldout) });

async function readHoldout(): Promise<Checked<Holdout>> {
  const data = await readLabelledRows('test');
  if (!data.ok) return data;
  const split = await readSplit();
  if (!split.ok) return split;
  const digests = { x_test: await digestFile('X_test.csv'), y_test: await digestFile('y_test.csv') };
  return ok({ ...data.value, split: split.value, digests });
}

async function digestFile(name: string): Promise<Digest> {
  return digestOf(await readFile(join(PREPROCESSED, name)));
}
