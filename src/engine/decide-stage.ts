/** From a stage to a decision about it, on the terms of this command; the same for a run and a preview. */
import { decide, type Decision, type Facts } from '../core/decide.ts';
import type { Failure } from '../core/failure.ts';
import type { Stage } from '../core/pipeline.ts';
import type { Reason } from '../core/reason.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { observe, type ObserveOptions } from './observe.ts';
import type { Workspace } from './workspace.ts';

export interface Decided {
  readonly facts: Facts;
  readonly decision: Decision;
}

/** Failures: those of `observe`, and lock-outdated. */
export async function decideStage(
  workspace: Workspace,
  stage: Stage,
  options: ObserveOptions,
): Promise<Result<Decided, Failure>> {
  const facts = await observe(workspace, stage, options);
  if (!facts.ok) return facts;
  const decision = decide(facts.value);
  const reasons = workspace.terms.locked && decision.action !== 'skip' ? decision.reasons.filter(isOutdated) : [];
  if (reasons.length > 0) return err({ code: 'lock-outdated', stage: stage.name, reasons });
  return ok({ facts: facts.value, decision });
}

/** Asked for, or only about files that are as good as their lock entry: no reason to doubt that. */
const isOutdated = ({ kind }: Reason): boolean =>
  !['forced', 'always-changed', 'no-inputs', 'out-missing', 'out-modified'].includes(kind);
