/** How long each stage took when it last ran: one small file, for people only. Lost, nothing else changes. */
import { join } from 'node:path';
import type { Layout } from './layout.ts';
import { publishFile } from './publish.ts';
import { readTextIfThere } from './read-if-there.ts';

/** Milliseconds by stage. */
export function readDurations(layout: Layout): ReadonlyMap<string, number> {
  try {
    const entries: Record<string, number> = JSON.parse(readTextIfThere(durationsFile(layout)) ?? '{}');
    return new Map(Object.entries(entries));
  } catch {
    return new Map(); // torn by a power cut
  }
}

export function addDurations(layout: Layout, added: ReadonlyMap<string, number>): void {
  if (added.size === 0) return;
  const all = new Map([...readDurations(layout), ...added]);
  publishFile(durationsFile(layout), JSON.stringify(Object.fromEntries(all)), { durable: false });
}

const durationsFile = ({ runs }: Layout): string => join(runs, 'durations.json');
