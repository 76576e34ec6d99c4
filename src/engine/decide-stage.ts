/** From a stage to a decision about it, on the terms of this command; the same for a run and a preview. */
import { decide, type Decision, type Facts } from '../core/decide.ts';
import type { Failure } from '../core/failure.ts';
import type { Stage } from '../core/pipeline.ts';
import type { Reason } from '../core/reason.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { chain, type Soon } from '../lib/soon.ts';
import { observe, type ObserveOptions } from './observe.ts';
import type { Workspace } from './workspace.ts';

export interface Decided {
  readonly facts: Facts;
  readonly decision: Decision;
}

/** At once where nothing has moved. Failures: those of `observe`, and lock-outdated. */
export function decideStage(
  workspace: Workspace,
  stage: Stage,
  options: ObserveOptions,
): Soon<Result<Decided, Failure>> {
  return chain(observe(workspace, stage, options), (facts) => {
    const decision = decide(facts);
    const reasons = workspace.terms.locked && decision.action !== 'skip' ? decision.reasons.filter(isOutdated) : [];
    return reasons.length > 0 ? err({ code: 'lock-outdated', stage: stage.name, reasons }) : ok({ facts, decision });
  });
}

/** Asked for, or only about files that are as good as their lock entry: no reason to doubt that. */
const isOutdated = ({ kind }: Reason): boolean =>
  !['forced', 'always-changed', 'no-inputs', 'out-missing', 'out-modified'].includes(kind);
