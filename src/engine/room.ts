/**
 * How much of this machine a stage takes while it runs, and how much there is: slots (-j), memory, pools.
 * The number of GPUs is nothing we know; a pool says it.
 */
import { totalmem } from 'node:os';
import type { Pipeline, Stage } from '../core/pipeline.ts';
import { type Amounts, Capacity } from '../lib/capacity.ts';

export function roomFor({ pools }: Pipeline, jobs: number): Capacity {
  const depths = pools.map(({ name, depth }) => [poolKey(name), depth] as const);
  return new Capacity({ slots: jobs, memory: totalmem(), ...Object.fromEntries(depths) });
}

export function roomOf({ resources, pool }: Stage): Amounts {
  return {
    slots: resources.cpus,
    memory: resources.memBytes ?? 0,
    ...(pool !== null && { [poolKey(pool.name)]: 1 }),
  };
}

const poolKey = (name: string): string => `pool ${name}`;
