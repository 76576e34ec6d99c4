/**
 * The rounds of a watch: each a `repro` that is watched over. A stage whose inputs change while it runs is
 * stopped, and one that failed does not run again with the same inputs.
 *
 * Digests decide. A stage that changes what it reads would be stopped for ever: after a few times in a row
 * it is let run to its end, where `repro` itself says what is wrong with it.
 */
import type { RunEvent, StageResult, WatchEvent } from '../core/event.ts';
import { type Fingerprint, fingerprint } from '../core/fingerprint.ts';
import { gatherInputs } from './inputs.ts';
import type { LoadedPipeline } from './load.ts';
import { reproStages } from './repro.ts';
import type { WatchOptions } from './watch.ts';
import type { Watcher } from './watcher.ts';
import { createWorkspace } from './workspace.ts';

const MAX_DISTURBED = 3;

export interface Round {
  readonly loaded: LoadedPipeline;
  /** In topological order. */
  readonly stages: readonly string[];
  readonly watcher: Watcher;
  /** What brought it about; root-relative. */
  readonly changed: readonly string[];
}

export interface RoundEnd {
  /** Something changed meanwhile: another round is due. */
  readonly isOutdated: boolean;
  /** Nothing happened, and nothing was told. */
  readonly isSilent: boolean;
}

export interface Rounds {
  readonly play: (round: Round) => Promise<RoundEnd>;
  /** Stages that wait for a change of theirs. */
  readonly failed: () => readonly string[];
}

interface Running {
  readonly key: Fingerprint;
  readonly controller: AbortController;
}

/** What is remembered from round to round. */
interface Memory {
  /** The inputs with which a stage failed. */
  readonly failed: Map<string, Fingerprint>;
  /** How often in a row a stage's inputs changed under it. */
  readonly disturbed: Map<string, number>;
  /** What was warned of: not again in every round. */
  readonly warned: Set<string>;
  isFirst: boolean;
}

export function createRounds(options: WatchOptions): Rounds {
  const memory: Memory = { failed: new Map(), disturbed: new Map(), warned: new Set(), isFirst: true };
  return {
    play: (round) => playRound(options, memory, round),
    failed: () => [...memory.failed.keys()],
  };
}

async function playRound(options: WatchOptions, memory: Memory, round: Round): Promise<RoundEnd> {
  for (const stage of memory.failed.keys()) if (!round.stages.includes(stage)) memory.failed.delete(stage);
  const teller = createTeller(onceEach(options.onEvent, memory.warned), memory.isFirst);
  if (round.changed.length > 0) teller.onEvent({ type: 'watch-changed', paths: round.changed, stopped: [] });
  const running = new Map<string, Running>();
  const controllers = new Map<string, AbortController>();
  const controllerOf = (stage: string): AbortController => {
    const controller = controllers.get(stage) ?? new AbortController();
    controllers.set(stage, controller);
    return controller;
  };
  const keys = new Map<string, Fingerprint>();
  const ended = new AbortController();
  const lookout = overlook({ options, memory, round, running, teller, ended: ended.signal });
  const disturbing: string[] = [];
  const result = await reproStages(round.loaded, round.stages, {
    ...options,
    force: (options.force ?? false) && memory.isFirst,
    oversight: {
      signalOf: (stage) => controllerOf(stage).signal,
      isHeldBack: (stage, key) => memory.failed.get(stage) === key,
    },
    onEvent: (event) => {
      if (event.type === 'stage-decided') keys.set(event.stage, event.decision.key);
      if (event.type === 'stage-started') {
        const key = keys.get(event.stage);
        if (key !== undefined) running.set(event.stage, { key, controller: controllerOf(event.stage) });
      }
      if (event.type === 'stage-finished') {
        if (remember(memory, event, running.get(event.stage)?.key) === 'disturbed') disturbing.push(event.stage);
        running.delete(event.stage);
      }
      teller.onEvent(event);
    },
  });
  memory.isFirst = false;
  if (!result.ok && result.error.code !== 'interrupted')
    teller.onEvent({ type: 'watch-failure', failure: result.error });
  for (const stage of disturbing) await holdBack(options, memory, { round, stage });
  ended.abort();
  return { isOutdated: await lookout, isSilent: teller.isSilent() };
}

/** A failure counts only when the command ran: one before it costs nothing to find again. */
function remember(
  { failed, disturbed }: Memory,
  { stage, result }: { readonly stage: string; readonly result: StageResult },
  key: Fingerprint | undefined,
): 'disturbed' | undefined {
  if (result.kind === 'ran' || result.kind === 'restored' || result.kind === 'fresh') {
    failed.delete(stage);
    disturbed.delete(stage);
  }
  if (result.kind !== 'failed' || key === undefined || result.failure.code === 'stage-stopped') return undefined;
  if (result.failure.code !== 'dep-changed-during-run') {
    failed.set(stage, key);
    disturbed.delete(stage);
    return undefined;
  }
  const times = (disturbed.get(stage) ?? 0) + 1;
  disturbed.set(stage, times);
  return times > MAX_DISTURBED ? 'disturbed' : undefined;
}

/** It changes its own inputs, so it is what they are now that must not run again. */
async function holdBack(
  options: WatchOptions,
  { failed, disturbed }: Memory,
  { round, stage }: { readonly round: Round; readonly stage: string },
): Promise<void> {
  const key = await keyOf(options, round.loaded, stage);
  if (key !== undefined) failed.set(stage, key);
  disturbed.delete(stage);
}

interface Overlooked {
  readonly options: WatchOptions;
  readonly memory: Memory;
  readonly round: Round;
  readonly running: ReadonlyMap<string, Running>;
  readonly teller: Teller;
  readonly ended: AbortSignal;
}

/** Until the round has ended; whether anything changed. */
async function overlook({ options, memory, round, running, teller, ended }: Overlooked): Promise<boolean> {
  const signal = AbortSignal.any([options.signal, ended]);
  let isOutdated = false;
  for (;;) {
    const paths = await round.watcher.changed(signal);
    if (paths.length === 0) return isOutdated;
    isOutdated = true;
    const stopped: string[] = [];
    for (const [stage, { key, controller }] of running) {
      const times = memory.disturbed.get(stage) ?? 0;
      if (times >= MAX_DISTURBED || (await keyOf(options, round.loaded, stage)) === key || !running.has(stage))
        continue;
      memory.disturbed.set(stage, times + 1);
      stopped.push(stage);
      controller.abort('SIGTERM');
    }
    if (stopped.length > 0) teller.onEvent({ type: 'watch-changed', paths, stopped });
  }
}

/** Of what is there now; undefined when something is missing: that is a change, too. */
async function keyOf(options: WatchOptions, loaded: LoadedPipeline, stage: string): Promise<Fingerprint | undefined> {
  const workspace = createWorkspace(loaded, { ...options, env: options.env ?? process.env });
  const inputs = await gatherInputs(workspace, workspace.stage(stage));
  return inputs.ok ? fingerprint(inputs.value) : undefined;
}

interface Teller {
  readonly onEvent: (event: RunEvent | WatchEvent) => void;
  readonly isSilent: () => boolean;
}

function onceEach(tell: WatchOptions['onEvent'], warned: Set<string>): WatchOptions['onEvent'] {
  return (event) => {
    if (event.type !== 'stage-warning') return tell(event);
    const text = `${event.stage}: ${event.message}`;
    if (!warned.has(text)) tell(event);
    warned.add(text);
  };
}

/** After the first round those in which everything is as it was are not worth a line. */
function createTeller(tell: WatchOptions['onEvent'], isTold: boolean): Teller {
  let held: (RunEvent | WatchEvent)[] | undefined = isTold ? undefined : [];
  return {
    onEvent: (event) => {
      if (held === undefined) return tell(event);
      held.push(event);
      if (isUneventful(event)) return;
      for (const earlier of held) tell(earlier);
      held = undefined;
    },
    isSilent: () => held !== undefined,
  };
}

function isUneventful(event: RunEvent | WatchEvent): boolean {
  if (event.type === 'stage-decided') return event.decision.action !== 'restore';
  if (event.type === 'stage-finished') return QUIET_RESULTS.has(event.result.kind);
  return event.type === 'run-started' || event.type === 'run-finished' || event.type === 'watch-changed';
}

const QUIET_RESULTS: ReadonlySet<StageResult['kind']> = new Set([
  'fresh',
  'frozen',
  'held-back',
  'blocked',
  'not-started',
]);
