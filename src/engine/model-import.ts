/**
 * Brings a model that was trained elsewhere into the registry, and hands a version out in another program's format.
 *
 * Invariant: what is registered was loaded and asked first; it is a candidate, and nothing but a person promotes it.
 */
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { loadModel } from '../ml/score.ts';
import { exportXgboost } from '../ml/xgboost-export.ts';
import { publishFile } from '../store/publish.ts';
import { commitChange } from '../store/registry-commit.ts';
import { registryFailure } from '../store/registry-layout.ts';
import type { Registry } from '../store/registry.ts';
import { type ForeignFiles, readForeignModel } from './foreign-file.ts';

export interface ImportedVersion {
  readonly model: string;
  readonly n: number;
  readonly sha: string;
  readonly kind: string;
  readonly framework: string;
  /** False: the registry had these bytes already. */
  readonly isNew: boolean;
}

export async function importModel(
  registry: Registry,
  request: ForeignFiles & { readonly now: () => Date },
): Promise<Result<ImportedVersion, Failure>> {
  const text = readForeignModel(request);
  if (!text.ok) return err(registryFailure(registry.model, text.error));
  const bytes = new TextEncoder().encode(text.value);
  const loaded = loadModel(bytes);
  if (!loaded.ok) return err(registryFailure(registry.model, `${request.file} cannot be used: ${loaded.error}`));
  const { label, kind, framework } = loaded.value.model;
  const card = { label, kind, created: request.now().toISOString(), metrics: {}, git: null, locks: {} };
  const commit = await commitChange(registry, { addition: { bytes, card }, transition: (state) => ok(state) });
  if (!commit.ok) {
    if (commit.error.code === 'registry') return err(commit.error);
    throw new Error('an import expects no particular champion');
  }
  const { added, before, state } = commit.value;
  if (added === undefined) throw new Error('what was added has a number');
  const { n, sha } = added;
  return ok({ model: registry.model.name, n, sha, kind, framework, isNew: state !== before });
}

export interface ExportRequest {
  readonly version: string;
  /** Absolute path; without it the text is only returned. */
  readonly output?: string | undefined;
}

export interface ExportedVersion {
  readonly model: string;
  readonly n: number;
  readonly format: 'xgboost';
  readonly output: string | null;
  readonly text: string;
}

export function exportModel(
  registry: Registry,
  { version: selector, output }: ExportRequest,
): Result<ExportedVersion, Failure> {
  const version = registry.readVersion(selector);
  if (!version.ok) return version;
  const { n, bytes } = version.value;
  const loaded = loadModel(bytes);
  if (!loaded.ok) return err(registryFailure(registry.model, `version ${n} cannot be used: ${loaded.error}`));
  const { model } = loaded.value;
  if (model.kind !== 'gbdt' && model.kind !== 'random_forest') {
    return err(registryFailure(registry.model, `version ${n} is ${model.kind}: XGBoost's format holds trees only`));
  }
  if (model.calibration !== undefined) {
    const problem = `version ${n} is calibrated (${model.calibration.type}), and XGBoost's format has no place for that`;
    return err(registryFailure(registry.model, problem, 'train with calibration: none'));
  }
  const text = exportXgboost(model);
  if (output !== undefined) publishFile(output, text);
  return ok({ model: registry.model.name, n, format: 'xgboost', output: output ?? null, text });
}
