/**
 * The registry's claim: one process at a time changes a registry. A change takes milliseconds, so
 * others wait for it; a dead holder's claim is taken over at once.
 *
 * A table of its own and not the stages': the stage that owns the registry holds its claim already.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelState } from '../core/pipeline.ts';
import { err, type Result } from '../lib/result.ts';
import { releaseClaim, tryClaim, type Claim } from './claims.ts';
import { layoutOf, type Layout } from './layout.ts';
import { preparePipeFolder } from './pipe-folder.ts';
import { identityOf, lifeOf } from './process-identity.ts';
import { registryFailure, type RegistryFailure } from './registry-layout.ts';

const RETRY_MS = 20;
const PATIENCE_MS = 30_000;

export async function withRegistryClaim<T, E>(
  { root, model }: { readonly root: string; readonly model: ModelState },
  change: () => Result<T, E>,
): Promise<Result<T, E | RegistryFailure>> {
  const layout = claimLayout(root, model);
  preparePipeFolder(layout);
  const claim = newClaim(model);
  const blockedBy = await waitForClaim(layout, claim);
  if (blockedBy !== undefined) return err(stillHeld(model, blockedBy));
  try {
    return change();
  } finally {
    releaseClaim(layout, claim.id);
  }
}

function claimLayout(root: string, model: ModelState): Layout {
  const layout = layoutOf(root);
  return { ...layout, claims: join(layout.claims, 'registry', model.name) };
}

function newClaim(model: ModelState): Claim {
  const holder = identityOf(process.pid);
  if (holder === undefined) throw new Error('this process does not find itself');
  return {
    id: randomUUID(),
    stage: model.stage,
    run: 'registry',
    writes: [model.registry],
    reads: [],
    holder,
    since: new Date().toISOString(),
  };
}

/** The claim that was still in the way when patience ended; undefined once ours is held. */
async function waitForClaim(layout: Layout, claim: Claim): Promise<Claim | undefined> {
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    const { blockedBy } = tryClaim(layout, claim);
    if (blockedBy === undefined) return undefined;
    if (lifeOf(blockedBy.holder) === 'dead') {
      releaseClaim(layout, blockedBy.id);
      continue;
    }
    if (waitedMs >= PATIENCE_MS) return blockedBy;
    await sleep(RETRY_MS);
  }
}

function stillHeld(model: ModelState, { holder, since }: Claim): RegistryFailure {
  return registryFailure(
    model,
    `process ${holder.pid} on ${holder.host} has been changing ${model.registry} since ${since}`,
    'wait for it, or stop it, and try again',
  );
}
