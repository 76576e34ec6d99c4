/**
 * Every verb as a function: what the command line does, it does with these (a test holds it to that).
 *
 * None prints, exits or changes the process; all that can be expected to go wrong is in the result. A verb's
 * code is loaded when it is first called: a stage that imports the package pays for none of them.
 */

/** Brings the pipeline up to date: `pipe repro`. */
export const repro = lazy(async () => (await import('./repro.ts')).repro);
/** `repro`, and again whenever what it reads has changed, until the signal is aborted: `pipe repro --watch`. */
export const watch = lazy(async () => (await import('./watch.ts')).watch);
/** What `repro` would do, and why: `pipe status`. */
export const status = lazy(async () => (await import('./status.ts')).status);
/** One stage, whatever its state: `pipe run`. */
export const runOne = lazy(async () => (await import('./run-one.ts')).runOne);
/** What made an out, back to code, params, data and commits: `pipe trace`. */
export const trace = lazy(async () => (await import('./trace.ts')).trace);
/** What ran when, for how long, why, and how it ended: `pipe runs`. */
export const listRuns = lazy(async () => (await import('./runs.ts')).listRuns);
/** What a stage printed: `pipe logs`. */
export const readLog = lazy(async () => (await import('./logs.ts')).readLog);
/** What a stage prints, while it runs: `pipe logs -f`. */
export const followStage = lazy(async () => (await import('./logs.ts')).followStage);
/** Brings outs and sources from the cache: `pipe checkout`. */
export const checkout = lazy(async () => (await import('./checkout.ts')).checkout);
/** Accepts outs as they stand: `pipe commit`. */
export const acceptOuts = lazy(async () => (await import('./accept.ts')).acceptOuts);
/** Takes outs out of the workspace: `pipe clean`. */
export const clean = lazy(async () => (await import('./clean.ts')).clean);
/** Forgets what is recorded of a stage: `pipe forget`. */
export const forget = lazy(async () => (await import('./forget.ts')).forget);
/** Tracks data that no stage makes: `pipe add`. */
export const add = lazy(async () => (await import('./add.ts')).add);
/** Gives a source another name: `pipe move`. */
export const move = lazy(async () => (await import('./move.ts')).move);
/** Takes a stage or a source out of the pipeline: `pipe remove`. */
export const remove = lazy(async () => (await import('./remove.ts')).remove);
/** Lets stages keep what they have, or not: `pipe freeze` and `pipe unfreeze`. */
export const setFrozen = lazy(async () => (await import('./freeze.ts')).setFrozen);
/** Sets parameters, comments kept: `pipe params set`. */
export const setParams = lazy(async () => (await import('./params-set.ts')).setParams);
/** Links into the cache become files: `pipe unprotect`. */
export const unprotect = lazy(async () => (await import('./unprotect.ts')).unprotect);
/** Runs fresh stages again, isolated, and compares: `pipe verify`. */
export const verify = lazy(async () => (await import('./verify.ts')).verify);
/** Makes room in the cache: `pipe gc`. */
export const gc = lazy(async () => (await import('./gc.ts')).gc);
/** Makes room in a remote: `pipe gc --remote`. */
export const gcRemote = lazy(async () => (await import('./gc-remote.ts')).gcRemote);
/** Removes lock entries of stages that are gone: `pipe gc --locks`. */
export const gcLocks = lazy(async () => (await import('./gc-locks.ts')).gcLocks);
/** Checks environment, lock entries and cache: `pipe doctor`. */
export const doctor = lazy(async () => (await import('./doctor.ts')).doctor);

/** Objects and run records from a remote into the cache, and the other way: `pipe fetch`, `pipe push`. */
export const fetch = lazy(async () => (await import('./fetch.ts')).fetch);
export const push = lazy(async () => (await import('./push.ts')).push);
/** What the commits of a `git push` need: the hook pre-push. */
export const pushCommits = lazy(async () => (await import('./push-commits.ts')).pushCommits);
/** `fetch` and `checkout`: `pipe pull`. */
export const pull = lazy(async () => (await import('./pull.ts')).pull);
/** Measured values of one revision or several, and what changed between two: `pipe metrics`. */
export const showMetrics = lazy(async () => (await import('./metrics.ts')).showMetrics);
export const diffMetrics = lazy(async () => (await import('./metrics.ts')).diffMetrics);
/** Parameters that changed between two revisions: `pipe params diff`. */
export const diffParams = lazy(async () => (await import('./params-diff.ts')).diffParams);
/** Data that changed between two revisions: `pipe diff`. */
export const diffData = lazy(async () => (await import('./data-diff.ts')).diffData);
/** What is tracked at a revision: `pipe ls`. */
export const listTree = lazy(async () => (await import('./list-tree.ts')).listTree);
/** What is drawn, and the drawing: `pipe plots`. */
export const gatherPlots = lazy(async () => (await import('./plots.ts')).gatherPlots);
export const writePlots = lazy(async () => (await import('./draw-plots.ts')).writePlots);
/** Experiments in work trees of their own, kept as refs: `pipe exp`. */
export const runExperiments = lazy(async () => (await import('./experiment-run.ts')).runExperiments);
export const readExperiments = lazy(async () => (await import('./experiments.ts')).readExperiments);
export const showExperiments = lazy(async () => (await import('./experiments.ts')).showExperiments);
export const diffExperiments = lazy(async () => (await import('./experiments.ts')).diffExperiments);
export const applyExperiment = lazy(async () => (await import('./experiment-apply.ts')).applyExperiment);
export const branchExperiment = lazy(async () => (await import('./experiment-refs.ts')).branchExperiment);
export const removeExperiments = lazy(async () => (await import('./experiment-refs.ts')).removeExperiments);
export const pushExperiments = lazy(async () => (await import('./experiment-exchange.ts')).pushExperiments);
export const pullExperiments = lazy(async () => (await import('./experiment-exchange.ts')).pullExperiments);
/** Files from elsewhere, as they are or as sources: `pipe get`, `pipe import-url`. */
export const get = lazy(async () => (await import('./get.ts')).get);
export const importUrl = lazy(async () => (await import('./import-url.ts')).importUrl);
/** A DVC repository becomes a pipeline, without running a stage: `pipe migrate`. */
export const migrate = lazy(async () => (await import('./migrate/migrate.ts')).migrate);
/** Which remotes there are: `pipe remote`. */
export const listRemotes = lazy(async () => (await import('./remote-config.ts')).listRemotes);
export const addRemote = lazy(async () => (await import('./remote-config.ts')).addRemote);
export const modifyRemote = lazy(async () => (await import('./remote-config.ts')).modifyRemote);
export const removeRemote = lazy(async () => (await import('./remote-config.ts')).removeRemote);
export const setUsualRemote = lazy(async () => (await import('./remote-config.ts')).setUsualRemote);
/** The registry of one of `models:`, and what is done with it: `pipe model`. */
export const findRegistry = lazy(async () => (await import('./model.ts')).findRegistry);
export const listVersions = lazy(async () => (await import('./model-list.ts')).listVersions);
export const showVersion = lazy(async () => (await import('./model-list.ts')).showVersion);
export const diffVersions = lazy(async () => (await import('./model-diff.ts')).diffVersions);
export const promoteVersion = lazy(async () => (await import('./model.ts')).promoteVersion);
export const rollBackVersion = lazy(async () => (await import('./model.ts')).rollBackVersion);
export const pinVersion = lazy(async () => (await import('./model.ts')).pinVersion);
export const importModel = lazy(async () => (await import('./model-import.ts')).importModel);
export const exportModel = lazy(async () => (await import('./model-import.ts')).exportModel);

/** The function behind `load`, loaded at its first call. */
/* @__NO_SIDE_EFFECTS__ */
function lazy<A extends readonly unknown[], R>(
  load: () => Promise<(...args: A) => R | Promise<R>>,
): (...args: A) => Promise<R> {
  return (...args) => load().then((verb) => verb(...args));
}
