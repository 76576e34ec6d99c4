/**
 * The copies of production models, made again where they are missing or belong to another version.
 * `evaluate` does so itself when it runs; this is for when it does not have to.
 */
import type { Failure } from '../core/failure.ts';
import type { Stage } from '../core/pipeline.ts';
import type { Workspace } from './workspace.ts';

/** The failure: bytes nobody registered, which whoever reads the copy must not take for the production model. */
export function restoreCopies(workspace: Workspace, stage: Stage): Failure | undefined {
  for (const registry of workspace.registriesOf(stage.name)) {
    const copy = registry.restoreCopy();
    if (!copy.ok) return copy.error;
  }
  return undefined;
}
