/** A new claim, and what a stage's has to name. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ClaimScope } from '../core/claim.ts';
import { depBase, statePaths, type Stage } from '../core/pipeline.ts';
import type { Claim } from '../store/claims.ts';
import { lockDigest } from '../store/locks.ts';
import type { ProcessIdentity } from '../store/process-identity.ts';
import { stands } from './aside.ts';
import type { Workspace } from './workspace.ts';

export interface Claimant {
  readonly workspace: Workspace;
  readonly run: string;
  readonly holder: ProcessIdentity;
}

export function newClaim(
  { run, holder, workspace }: Claimant,
  { stage, scope }: { readonly stage: string; readonly scope: ClaimScope },
): Claim {
  return { id: randomBytes(12).toString('hex'), stage, run, holder, since: workspace.now().toISOString(), ...scope };
}

/** With what spares a stage that starts from nothing its journal. Of what stands now: it is looked at again under the claim. */
export function newStageClaim(claimant: Claimant, stage: Stage, scope: ClaimScope): Claim {
  const { root, layout } = claimant.workspace;
  const claim = newClaim(claimant, { stage: stage.name, scope });
  const absent = stage.outs.flatMap(({ path, persist }) => (persist ? [] : [path]));
  if (absent.some((path) => stands(join(root, path)))) return claim;
  return { ...claim, clean: { lockBefore: lockDigest(layout, stage.name) ?? null, absent } };
}

/** Writes: outs and state. Reads: what stages make, since somebody may be about to make it anew. */
export function scopeOf({ graph, models }: Pick<Workspace, 'graph' | 'models'>, stage: Stage): ClaimScope {
  const state = models.filter((model) => model.stage === stage.name).flatMap(statePaths);
  const paths = stage.deps.flatMap((dep) => depBase(dep) ?? []);
  const isMade = (path: string) => graph.ownersOf(path).some((owner) => owner !== stage.name);
  return { writes: [...stage.outs.map(({ path }) => path), ...state], reads: paths.filter(isMade) };
}
