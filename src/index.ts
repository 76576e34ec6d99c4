/** The public API: nothing but re-exports (docs/library.md). The command line does all it does with the same functions. */

export type { Holder, RunEvent, RunSummary, StageResult, WatchEvent } from './core/event.ts';
export type { Decision } from './core/decide.ts';
export type { Failure, Problem } from './core/failure.ts';
export type { Evaluation } from './core/gate-evaluation.ts';
export type { GatePolicy } from './core/gate-policy.ts';
export { parseGatePolicy } from './core/gate-policy.ts';
export { summarizeEvaluation } from './core/gate-summary.ts';
export type { Reason } from './core/reason.ts';
export { findRoot, type LoadedPipeline, loadPipeline } from './engine/load.ts';
export { readGitState, readUpstreamLocks } from './engine/model-card.ts';
export { evaluateCandidate, type EvaluationRequest } from './engine/model-evaluation.ts';
export { type Occasion, recordFault } from './engine/model-record.ts';
export * from './engine/library.ts';
export { type OpenPipeline, openPipeline, type StageOutline } from './engine/open-pipeline.ts';
export type { ReproOptions } from './engine/repro.ts';
export type { StageStatus, StatusOptions, StatusReport } from './engine/status.ts';
export type { TracedOut, TraceOptions } from './engine/trace.ts';
export type { WatchOptions } from './engine/watch.ts';
export type { Result } from './lib/result.ts';
export { keepEvaluationPages } from './store/registry-evaluation.ts';
export { openRegistry, type Registry } from './store/registry.ts';
