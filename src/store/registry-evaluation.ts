/**
 * The evaluations of a model, one file each, never changed: what was compared, and the verdict.
 *
 * The file's name is a UUIDv7, so the names alone give the order in time.
 */
import { join } from 'node:path';
import { parseEvaluation, renderEvaluation, type Evaluation } from '../core/gate-evaluation.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { publishFile } from './publish.ts';
import { listIfThere, readTextIfThere } from './read-if-there.ts';
import { evaluationFolder } from './registry-layout.ts';
import type { Registry } from './registry.ts';

/** Keeps the evaluation, and the copy of the latest at `model.verdict`. */
export function appendEvaluation({ root, model }: Registry, evaluation: Evaluation): void {
  const text = renderEvaluation(evaluation);
  publishFile(join(root, evaluationFile({ model }, evaluation.id)), text);
  publishFile(join(root, model.verdict), text);
}

/** What evaluate shows of an evaluation: a page for people, and the same figures as JSON. */
export interface EvaluationPages {
  readonly html: string;
  readonly figures: string;
}

export function keepEvaluationPages({ root, model }: Registry, id: string, { html, figures }: EvaluationPages): void {
  publishFile(join(root, `${evaluationFolder(model)}/${id}.report.json`), figures);
  publishFile(join(root, `${evaluationFolder(model)}/${id}.html`), html);
}

export interface EvaluationFilter {
  /** Only those that were part of this `pipe` run. */
  readonly run?: string;
  readonly sha?: string;
  readonly limit?: number;
}

/** Newest first. What cannot be read is left out: it is a record, nothing hangs on it. */
export function readEvaluations(registry: Registry, filter: EvaluationFilter = {}): readonly Evaluation[] {
  const { run, sha, limit = Number.POSITIVE_INFINITY } = filter;
  const found: Evaluation[] = [];
  for (const id of listEvaluations(registry)) {
    if (found.length >= limit) break;
    const evaluation = readEvaluation(registry, id);
    if (evaluation === undefined) continue;
    const isMeant =
      (run === undefined || evaluation.run === run) && (sha === undefined || evaluation.candidate?.sha === sha);
    if (isMeant) found.push(evaluation);
  }
  return found;
}

/** Ids, newest first. */
function listEvaluations({ root, model }: Registry): readonly string[] {
  return listIfThere(join(root, evaluationFolder(model)))
    .filter((name) => /^[0-9a-f-]{36}\.json$/.test(name))
    .map((name) => name.slice(0, -'.json'.length))
    .sort((a, b) => compareCodeUnits(b, a));
}

function readEvaluation({ root, model }: Registry, id: string): Evaluation | undefined {
  const text = readTextIfThere(join(root, evaluationFile({ model }, id)));
  return text === undefined ? undefined : parseEvaluation(text);
}

/** Root-relative. */
function evaluationFile({ model }: Pick<Registry, 'model'>, id: string): string {
  return `${evaluationFolder(model)}/${id}.json`;
}
