/**
 * The evaluations of a model, one file each, never changed: what was compared, and the verdict. Their pages for
 * people go when they are old and nobody keeps the version.
 *
 * The file's name is a UUIDv7, so the names alone give the order in time.
 */
import { rmSync } from 'node:fs';
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

export function keepEvaluationPages(registry: Registry, id: string, { html, figures }: EvaluationPages): void {
  const folder = join(registry.root, evaluationFolder(registry.model));
  publishFile(join(folder, `${id}.report.json`), figures);
  publishFile(join(folder, `${id}.html`), html);
  dropOldPages(registry, folder);
}

/** So many pages stay whatever became of the version they judge. */
const PAGES_KEPT = 50;

/** The figures stay: they are small, and a page can be drawn of them again. */
function dropOldPages(registry: Registry, folder: string): void {
  const old = idsOf(folder, '.html').slice(PAGES_KEPT);
  if (old.length === 0) return;
  const state = registry.read();
  if (!state.ok) return;
  for (const id of old) {
    const sha = readEvaluation(registry, id)?.candidate?.sha;
    const isKept = sha !== undefined && state.value.versions.some((version) => version.sha === sha);
    if (!isKept) rmSync(join(folder, `${id}.html`), { force: true });
  }
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
  for (const id of idsOf(join(registry.root, evaluationFolder(registry.model)), '.json')) {
    if (found.length >= limit) break;
    const evaluation = readEvaluation(registry, id);
    if (evaluation === undefined) continue;
    const isMeant =
      (run === undefined || evaluation.run === run) && (sha === undefined || evaluation.candidate?.sha === sha);
    if (isMeant) found.push(evaluation);
  }
  return found;
}

/** Newest first. */
function idsOf(folder: string, ending: '.json' | '.html'): readonly string[] {
  return listIfThere(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .filter((id) => /^[0-9a-f-]{36}$/.test(id))
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
