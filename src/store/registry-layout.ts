/** Where a registry's files stand, and how a failure of one is told. Root-relative paths. */
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import type { ModelState } from '../core/pipeline.ts';
import { versionName, type VersionEntry } from '../core/registry.ts';
import { listIfThere } from './read-if-there.ts';

export type RegistryFailure = Extract<Failure, { readonly code: 'registry' }>;

export function stateFile(model: ModelState): string {
  return `${model.registry}/registry.json`;
}

/** Folder of a version, with its `model.json` and `card.json`. */
export function versionFolder(model: ModelState, version: Pick<VersionEntry, 'n' | 'sha'>): string {
  return `${model.registry}/${versionName(version)}`;
}

export function evaluationFolder(model: ModelState): string {
  return `${model.registry}/evaluations`;
}

/** Names of the version folders on disk, listed in registry.json or not. */
export function listVersionFolders(root: string, model: ModelState): readonly string[] {
  return listIfThere(join(root, model.registry)).filter((name) => /^[1-9][0-9]*-[0-9a-f]{12}$/.test(name));
}

export function registryFailure(model: ModelState, problem: string, hint?: string): RegistryFailure {
  return { code: 'registry', model: model.name, problem, ...(hint === undefined ? {} : { hint }) };
}

export const REPAIR_HINT = 'run `pipe model repair`';
