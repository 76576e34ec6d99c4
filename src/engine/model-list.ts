/** What there is to see of a model's registry: all versions, or one with its card and its last verdict. */
import type { Failure } from '../core/failure.ts';
import type { Evaluation } from '../core/gate-evaluation.ts';
import type { VersionCard } from '../core/registry-card.ts';
import { versionName, type RegistryState, type VersionEntry } from '../core/registry.ts';
import { ok, type Result } from '../lib/result.ts';
import { readEvaluations } from '../store/registry-evaluation.ts';
import { readCard, type Registry } from '../store/registry.ts';

export interface ModelListing extends Omit<RegistryState, 'versions'> {
  readonly model: string;
  /** Newest first; a card that cannot be read is null. */
  readonly versions: readonly (VersionEntry & { readonly card: VersionCard | null })[];
}

export interface VersionDetail extends VersionEntry {
  readonly model: string;
  readonly name: string;
  /** Absolute path of the model file. */
  readonly file: string;
  readonly bytes: number;
  readonly card: VersionCard | null;
  /** The last time it was judged. */
  readonly evaluation: Evaluation | null;
}

export function listVersions(registry: Registry): Result<ModelListing, Failure> {
  const state = registry.read();
  if (!state.ok) return state;
  const versions = state.value.versions.map((version) => ({ ...version, card: readCard(registry, version) ?? null }));
  return ok({ model: registry.model.name, ...state.value, versions: versions.reverse() });
}

export function showVersion(registry: Registry, selector: string): Result<VersionDetail, Failure> {
  const version = registry.readVersion(selector);
  if (!version.ok) return version;
  const { n, sha, status, file, bytes } = version.value;
  return ok({
    model: registry.model.name,
    name: versionName({ n, sha }),
    n,
    sha,
    status,
    file,
    bytes: bytes.length,
    card: readCard(registry, { n, sha }) ?? null,
    evaluation: readEvaluations(registry, { sha, limit: 1 })[0] ?? null,
  });
}
