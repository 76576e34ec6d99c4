/**
 * What would happen, as far as it can be known without doing it: for `status` and `--dry`.
 *
 * Uses the same facts and the same `decide` as a run. Below a stage that is not fresh nothing is
 * said but what it hangs on: its inputs are not there yet, and may come out the same as before.
 */
import type { Decision } from '../core/decide.ts';
import type { Failure } from '../core/failure.ts';
import type { Result } from '../lib/result.ts';
import type { Soon } from '../lib/soon.ts';
import { type Decided, decideStage } from './decide-stage.ts';
import type { Workspace } from './workspace.ts';

export type Outlook =
  | { readonly kind: 'decided'; readonly decision: Decision }
  | { readonly kind: 'unknown'; readonly upstream: readonly string[] }
  | { readonly kind: 'failure'; readonly failure: Failure };

export interface Previewed {
  readonly stage: string;
  readonly outlook: Outlook;
}

/** `stages`: in topological order. */
export async function preview(
  workspace: Workspace,
  stages: readonly string[],
  { force }: { readonly force: boolean },
): Promise<readonly Previewed[]> {
  const previewed: Previewed[] = [];
  const open = new Set<string>();
  for (const stage of stages) {
    const outlook = await outlookOf(workspace, { stage, open, force });
    previewed.push({ stage, outlook });
    if (outlook.kind !== 'decided' || outlook.decision.action !== 'skip') open.add(stage);
  }
  return previewed;
}

function outlookOf(
  workspace: Workspace,
  { stage, open, force }: { readonly stage: string; readonly open: ReadonlySet<string>; readonly force: boolean },
): Soon<Outlook> {
  const upstream = open.size === 0 ? [] : workspace.graph.upstream(stage).filter((need) => open.has(need));
  if (upstream.length > 0) return { kind: 'unknown', upstream };
  const decided = decideStage(workspace, workspace.stage(stage), { force });
  return decided instanceof Promise ? decided.then(toOutlook) : toOutlook(decided);
}

const toOutlook = (decided: Result<Decided, Failure>): Outlook =>
  decided.ok ? { kind: 'decided', decision: decided.value.decision } : { kind: 'failure', failure: decided.error };
