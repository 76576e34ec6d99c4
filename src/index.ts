/** The public API: nothing but re-exports. The command line is a thin layer on it. */

export type { RunEvent, RunSummary, StageResult } from './core/event.ts';
export type { Failure, Problem } from './core/failure.ts';
export type { Evaluation } from './core/gate-evaluation.ts';
export type { GatePolicy } from './core/gate-policy.ts';
export { parseGatePolicy } from './core/gate-policy.ts';
export { summarizeEvaluation } from './core/gate-summary.ts';
export type { Reason } from './core/reason.ts';
export { type LoadedPipeline, loadPipeline } from './engine/load.ts';
export { readGitState, readUpstreamLocks } from './engine/model-card.ts';
export { evaluateCandidate, type EvaluationRequest } from './engine/model-evaluation.ts';
export { type Occasion, recordFault } from './engine/model-record.ts';
export { repro, type ReproOptions } from './engine/repro.ts';
export { status, type StageStatus, type StatusOptions, type StatusReport } from './engine/status.ts';
export type { Result } from './lib/result.ts';
export { keepEvaluationPages } from './store/registry-evaluation.ts';
export { openRegistry, type Registry } from './store/registry.ts';
