/**
 * What every verb that writes in the workspace, and is not `repro`, begins with: the pipeline, recovery
 * after a killed process, and claims that are waited for.
 */
import type { ClaimScope } from '../core/claim.ts';
import type { RunEvent } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { registerCheckout } from '../store/cache-folder.ts';
import { type Claim, type ClaimAnswer, releaseClaim, tryClaim } from '../store/claims.ts';
import { errorCode } from '../store/read-if-there.ts';
import { preparePipeFolder } from '../store/pipe-folder.ts';
import { identityOf } from '../store/process-identity.ts';
import { systemFailure } from '../store/system-failure.ts';
import { abandonOwn } from './abandon.ts';
import { type Claimant, newClaim } from './claim-stage.ts';
import { type LoadedPipeline, loadPipeline } from './load.ts';
import { recover } from './recover.ts';
import { newRunId } from './run-id.ts';
import { signalName } from './signal-name.ts';
import { createWait } from './wait.ts';
import { createWorkspace, type WorkspaceOptions } from './workspace.ts';

export interface WritingOptions extends Partial<WorkspaceOptions> {
  /** Absolute; the pipeline is looked for here and above. */
  readonly cwd: string;
  readonly signal?: AbortSignal;
  /** Told: what was recovered, whom we wait for, what was saved. */
  readonly onEvent?: (event: RunEvent) => void;
}

export interface Writing extends Claimant {
  readonly loaded: LoadedPipeline;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/** Failures: no-pipeline, pipeline-invalid. */
export async function openWriting(options: WritingOptions): Promise<Result<Writing, Failure>> {
  const loaded = await loadPipeline(options.cwd);
  if (!loaded.ok) return loaded;
  const { signal = new AbortController().signal, onEvent = () => undefined } = options;
  const workspace = createWorkspace(loaded.value, { ...options, env: options.env ?? process.env });
  const holder = identityOf(process.pid);
  if (holder === undefined) throw new Error('this process does not find itself');
  preparePipeFolder(workspace.layout);
  registerCheckout(workspace.cache, workspace.root);
  await recover(workspace, onEvent);
  return ok({ loaded: loaded.value, workspace, run: newRunId(workspace.now()), holder, signal, onEvent });
}

/**
 * Waits until nobody has a conflicting claim, then acts. What `act` leaves half-done is put back.
 * `name`: of the stage, or the path of what is worked on. Failures: interrupted, and those of `act`.
 */
export async function underClaim<T>(
  writing: Writing,
  { name, scope }: { readonly name: string; readonly scope: ClaimScope },
  act: (claim: Claim) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const { workspace, signal, onEvent } = writing;
  const claim = newClaim(writing, { stage: name, scope });
  const wait = createWait(workspace, { stage: name, signal, onEvent });
  for (;;) {
    if (signal.aborted) return err({ code: 'interrupted', signal: signalName(signal) });
    const claimed = claimNow(writing, claim);
    if (!claimed.ok) return claimed;
    const { blockedBy } = claimed.value;
    if (blockedBy === undefined) break;
    await wait(blockedBy);
  }
  try {
    return await act(claim);
  } catch (error) {
    // Bugs go on up; what the operating system refused is the user's to know.
    return err(systemFailure(error, { operation: 'write', path: name }));
  } finally {
    abandonOwn(workspace, claim);
    giveBack(writing, claim.id);
  }
}

/** Failures: system, as on a disk that is full or read-only. */
function claimNow({ workspace }: Writing, claim: Claim): Result<ClaimAnswer, Failure> {
  try {
    return ok(tryClaim(workspace.layout, claim));
  } catch (error) {
    return err(systemFailure(error, { operation: 'write', path: '.pipe/claims' }));
  }
}

/** On a full disk it cannot be; whoever comes next takes over what the dead hold. */
export function giveBack({ workspace }: Writing, claim: string): void {
  try {
    releaseClaim(workspace.layout, claim);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}
