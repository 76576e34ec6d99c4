/** Experiments that are still to be run: one small file each below .pipe/exps/, so that a killed grid goes on where it was. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ExperimentSpec } from '../core/experiment.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import type { Layout } from './layout.ts';
import { publishFile } from './publish.ts';
import { listIfThere, readTextIfThere } from './read-if-there.ts';

export interface QueuedExperiment extends ExperimentSpec {
  readonly name: string;
  /** Its place in the grid. */
  readonly index: number;
}

export function enqueue(layout: Layout, queued: QueuedExperiment): void {
  publishFile(queueFile(layout, queued.name), `${JSON.stringify(queued)}\n`);
}

export function dequeue(layout: Layout, name: string): void {
  rmSync(queueFile(layout, name), { force: true });
}

/** In the order of their grid. A file that a power cut tore is passed over. */
export function listQueue({ pipe }: Layout): readonly QueuedExperiment[] {
  const folder = join(pipe, 'exps');
  return listIfThere(folder)
    .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    .flatMap((name) => parse(readTextIfThere(join(folder, name)) ?? '') ?? [])
    .sort((a, b) => a.index - b.index || compareCodeUnits(a.name, b.name));
}

function parse(text: string): QueuedExperiment | undefined {
  try {
    const queued: QueuedExperiment = JSON.parse(text);
    return queued;
  } catch {
    return undefined;
  }
}

const queueFile = ({ pipe }: Layout, name: string): string => join(pipe, 'exps', `${name}.json`);
