/**
 * What a stage takes while it runs, and how often it is tried: `resources`, `pool` and `retries`, their
 * shapes already checked. None of it is an input.
 */
import { parseBytes } from './bytes.ts';
import type { PoolRef, Resources } from './pipeline.ts';
import { complain, type Within } from './pipeline-report.ts';
import type { StageShape } from './pipeline-schema.ts';

export interface Scheduling {
  readonly retries: number;
  readonly resources: Resources;
  readonly pool: PoolRef | null;
}

export function toScheduling(within: Within, shape: StageShape): Scheduling {
  const { report, at } = within;
  const { cpus = 1, mem, gpus = 0 } = shape.resources ?? {};
  return {
    retries: toCount(within, { path: ['retries'], written: shape.retries ?? 0, least: 0 }),
    resources: {
      cpus: toCount(within, { path: ['resources', 'cpus'], written: cpus, least: 1 }),
      memBytes: mem === undefined ? null : toMemory(within, mem),
      gpus: toCount(within, { path: ['resources', 'gpus'], written: gpus, least: 0 }),
    },
    pool: shape.pool === undefined ? null : { name: shape.pool, place: report.source.placeOf([...at, 'pool']) },
  };
}

interface Count {
  readonly path: readonly string[];
  readonly written: number;
  readonly least: number;
}

function toCount({ report, at }: Within, { path, written, least }: Count): number {
  if (Number.isInteger(written) && written >= least) return written;
  complain(report, { path: [...at, ...path], message: `expected a whole number from ${least} up, got ${written}` });
  return least;
}

function toMemory({ report, at }: Within, written: string | number): number | null {
  const bytes = parseBytes(written);
  if (bytes !== undefined) return bytes;
  const message = `\`${written}\` is no amount of memory`;
  complain(report, { path: [...at, 'resources', 'mem'], message, hint: 'write 4G, 512M, or a number of bytes' });
  return null;
}
