/**
 * Topological order, and the cycles when there is none. Knows numbers only: stage n is the
 * nth of the file, and of two stages that could both come next the lower number does.
 */

export interface Ordering {
  /** All that are in no cycle and behind none. */
  readonly order: readonly number[];
  /** Each as a closed walk along upstream edges: the first is the last. Empty: there is none. */
  readonly cycles: readonly (readonly number[])[];
}

/** `upstream[n]`: what n needs. `downstream` is the same, turned round. */
export function orderStages(
  upstream: readonly (readonly number[])[],
  downstream: readonly (readonly number[])[],
): Ordering {
  const missing = upstream.map((needed) => needed.length);
  const ready = createHeap();
  for (const [stage, count] of missing.entries()) if (count === 0) ready.push(stage);
  const order: number[] = [];
  for (let stage = ready.pop(); stage !== undefined; stage = ready.pop()) {
    order.push(stage);
    for (const next of downstream[stage] ?? []) {
      const left = (missing[next] ?? 0) - 1;
      missing[next] = left;
      if (left === 0) ready.push(next);
    }
  }
  return { order, cycles: order.length === upstream.length ? [] : findCycles(upstream, missing) };
}

/** One walk from each stage that is stuck, always to the first upstream that is stuck too; every step is new. */
function findCycles(upstream: readonly (readonly number[])[], missing: readonly number[]): readonly number[][] {
  const cycles: number[][] = [];
  const visited = new Set<number>();
  for (const start of upstream.keys()) {
    const walk: number[] = [];
    const position = new Map<number, number>();
    let stage: number | undefined = (missing[start] ?? 0) > 0 ? start : undefined;
    while (stage !== undefined && !visited.has(stage)) {
      visited.add(stage);
      position.set(stage, walk.length);
      walk.push(stage);
      stage = upstream[stage]?.find((needed) => (missing[needed] ?? 0) > 0);
    }
    const from = stage === undefined ? undefined : position.get(stage);
    if (stage !== undefined && from !== undefined) cycles.push([...walk.slice(from), stage]);
  }
  return cycles;
}

/** The smallest number first. */
function createHeap() {
  const items: number[] = [];
  const at = (index: number): number => items[index] ?? Number.POSITIVE_INFINITY;
  const swap = (a: number, b: number) => {
    [items[a], items[b]] = [at(b), at(a)];
  };
  return {
    push(item: number): void {
      items.push(item);
      let index = items.length - 1;
      for (let above = (index - 1) >> 1; index > 0 && at(index) < at(above); above = (index - 1) >> 1) {
        swap(index, above);
        index = above;
      }
    },
    pop(): number | undefined {
      const [smallest] = items;
      const last = items.pop();
      if (items.length === 0 || last === undefined) return smallest;
      items[0] = last;
      let index = 0;
      for (;;) {
        const [left, right] = [2 * index + 1, 2 * index + 2];
        const lower = at(left) <= at(right) ? left : right;
        if (at(lower) >= at(index)) return smallest;
        swap(lower, index);
        index = lower;
      }
    },
  };
}
