/**
 * Which stages may be decided next: a state machine over the graph, with no clock and no processes.
 * The shell takes `next` until it is undefined, and calls `settle` whenever a stage ends.
 *
 *   waiting -> ready -> running -> done
 *                          |-----> failed -> (everything downstream) blocked
 */
export type StageState = 'waiting' | 'ready' | 'running' | 'done' | 'failed' | 'blocked';

/** Upstream and downstream among the stages that take part; what does not take part counts as done. */
export interface ScheduleInput {
  /** In the order in which ready stages are taken. */
  readonly stages: readonly string[];
  readonly upstream: (stage: string) => readonly string[];
}

export class Schedule {
  readonly #states = new Map<string, StageState>();
  readonly #missing = new Map<string, number>();
  readonly #downstream = new Map<string, string[]>();
  readonly #ready: string[] = [];
  /** How many of them have been taken: moving up ten thousand for each of them would take long. */
  #taken = 0;
  #open: number;

  constructor({ stages, upstream }: ScheduleInput) {
    for (const stage of stages) this.#downstream.set(stage, []);
    for (const stage of stages) {
      const needs = upstream(stage).filter((need) => this.#downstream.has(need));
      for (const need of needs) this.#downstream.get(need)?.push(stage);
      this.#missing.set(stage, needs.length);
      this.#states.set(stage, needs.length === 0 ? 'ready' : 'waiting');
      if (needs.length === 0) this.#ready.push(stage);
    }
    this.#open = stages.length;
  }

  state(stage: string): StageState | undefined {
    return this.#states.get(stage);
  }

  get finished(): boolean {
    return this.#open === 0;
  }

  /** Takes a ready stage; those that became ready first come first. */
  next(): string | undefined {
    const stage = this.#ready[this.#taken];
    if (stage === undefined) return undefined;
    this.#taken += 1;
    this.#states.set(stage, 'running');
    return stage;
  }

  /** Returns the stages that can now never run. */
  settle(stage: string, outcome: 'done' | 'failed'): readonly string[] {
    if (this.#states.get(stage) !== 'running') throw new Error(`settle(${stage}): not running`);
    this.#states.set(stage, outcome);
    this.#open -= 1;
    if (outcome === 'failed') return this.#block(stage);
    for (const next of this.#downstream.get(stage) ?? []) this.#release(next);
    return [];
  }

  #release(stage: string): void {
    const missing = (this.#missing.get(stage) ?? 0) - 1;
    this.#missing.set(stage, missing);
    if (missing > 0 || this.#states.get(stage) !== 'waiting') return;
    this.#states.set(stage, 'ready');
    this.#ready.push(stage);
  }

  #block(failed: string): readonly string[] {
    const blocked: string[] = [];
    const open = [...(this.#downstream.get(failed) ?? [])];
    for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
      if (this.#states.get(stage) !== 'waiting') continue;
      this.#states.set(stage, 'blocked');
      this.#open -= 1;
      blocked.push(stage);
      open.push(...(this.#downstream.get(stage) ?? []));
    }
    return blocked;
  }
}
