/**
 * The program `evaluate` of every pipeline. A pipeline says where its registry is, and how its holdout is read and
 * cut into groups; measuring, judging and reporting are the same for all.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../src/lib/digest.ts';
import { ok } from '../../src/lib/result.ts';
import type { Holdout, Questions } from '../../src/ml/score.ts';
import type { Checked } from '../lib/problem.ts';
import { runProgram } from '../lib/program.ts';
import { PREPROCESSED, readSplit } from '../lib/training-data.ts';
import { judgeCandidate } from './judge.ts';
import type { Evaluated, Subject } from './subject.ts';

export interface EvaluateProgram {
  /** As pipeline.yaml has it; for `--help`. */
  readonly registry: string;
  readonly readRows: () => Promise<Checked<HoldoutRows>>;
  readonly describe: (holdout: Holdout) => Promise<Subject>;
}

export type HoldoutRows = Questions & Pick<Holdout, 'columns' | 'labels'>;

export async function runEvaluate({ registry, readRows, describe }: EvaluateProgram): Promise<void> {
  const readEvaluated = async (): Promise<Checked<Evaluated>> => {
    const holdout = await readHoldout(readRows);
    return holdout.ok ? ok({ holdout: holdout.value, subject: await describe(holdout.value) }) : holdout;
  };
  await runProgram({
    name: 'evaluate',
    help: helpOf(registry),
    run: (context) => judgeCandidate(context, readEvaluated),
  });
}

async function readHoldout(readRows: EvaluateProgram['readRows']): Promise<Checked<Holdout>> {
  const rows = await readRows();
  if (!rows.ok) return rows;
  const split = await readSplit();
  if (!split.ok) return split;
  const [x_test, y_test] = await Promise.all([digestFile('X_test.csv'), digestFile('y_test.csv')]);
  return ok({ ...rows.value, split: split.value, digests: { x_test, y_test } });
}

const digestFile = async (name: string) => digestOf(await readFile(join(PREPROCESSED, name)));

const helpOf = (registry: string): string => `
Usage: tsx stages/evaluate.ts

Measures the candidate on the holdout, compares it with the production model on the same rows, and
promotes it when it is more than a point better (docs/promotion.md). A rejection is no failure: exit 0.

Reads    artifacts/model.json                    the candidate
         data/preprocessed/{X_test,y_test}.csv and split.json
         params.yaml: gate                       what it takes to be promoted
         pipeline.yaml: models                   where registry and production model are
Writes   artifacts/metrics.json, artifacts/plots/, artifacts/report.{html,json}   of the candidate alone
         ${registry}/             the registry
         ${registry}/evaluations/ each verdict, and a page with champion beside candidate
         artifacts/gate.json                     the verdict, with all its reasons
         artifacts/prod_model.json               the production model
`;
