/** The same small stages for `pipe`, DVC, make and ninja, in folders of their own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../support/measure.ts';

export const PIPE = join(import.meta.dirname, '../../bin/pipe.js');
export const DVC = process.env['BENCH_DVC'] ?? 'dvc';

export interface Folders {
  /** A new folder with these files; nothing is removed before the end, since that slows a disk for a while. */
  readonly create: (files: Readonly<Record<string, string>>) => string;
}

export function createFolders(root: string): Folders {
  let made = 0;
  return {
    create(files) {
      const folder = join(root, String(made++));
      mkdirSync(folder);
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      return folder;
    },
  };
}

export const pipe = (cwd: string, ...args: readonly string[]): Command => ({
  cwd,
  program: process.execPath,
  args: [PIPE, 'repro', '-q', ...args],
});
export const dvc = (cwd: string, ...args: readonly string[]): Command => ({ cwd, program: DVC, args });
export const bareNode = (cwd: string): Command => ({ cwd, program: process.execPath, args: ['-e', '0'] });

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

/** Five stages in a row: what is measured is the tool. For pipeline.yaml and dvc.yaml alike. */
export function chain(): string {
  const stages = upTo(5).map((n) => {
    const dep = n === 0 ? 'in' : `o${n - 1}`;
    return `  s${n}: {cmd: 'cat ${dep} > o${n}', deps: [${dep}], outs: [o${n}]}\n`;
  });
  return `stages:\n${stages.join('')}`;
}

export function manyStages(count: number): Readonly<Record<string, string>> {
  const stages = upTo(count).map((n) => `  s${n}: {cmd: 'echo ${n} > o${n}', deps: [in], outs: [o${n}]}\n`);
  return { in: 'x', 'pipeline.yaml': `stages:\n${stages.join('')}` };
}

export function manyByForeach(count: number): Readonly<Record<string, string>> {
  const stage = "{cmd: 'echo ${item} > o${item}', deps: [in], outs: ['o${item}']}";
  return {
    in: 'x',
    'pipeline.yaml': `stages:\n  s:\n    foreach: [${upTo(count).join(', ')}]\n    do: ${stage}\n`,
  };
}

export function manyForMake(count: number): Readonly<Record<string, string>> {
  const rules = upTo(count).map((n) => `o${n}: in\n\t@echo ${n} > o${n}\n`);
  const all = upTo(count).map((n) => `o${n}`);
  return { in: 'x', Makefile: `all: ${all.join(' ')}\n${rules.join('')}` };
}

export function manyForNinja(count: number): Readonly<Record<string, string>> {
  const builds = upTo(count).map((n) => `build o${n}: write in\n  n = ${n}\n`);
  return { in: 'x', 'build.ninja': `rule write\n  command = echo $n > $out\n${builds.join('')}` };
}

/** Independent stages that take the same time each and hardly any CPU. */
export function equalStages(count: number, seconds: number): Readonly<Record<string, string>> {
  const stages = upTo(count).map(
    (n) => `  s${n}: {cmd: 'sleep ${seconds}; echo ${n} > o${n}', deps: [in], outs: [o${n}]}\n`,
  );
  return { in: 'x', 'pipeline.yaml': `stages:\n${stages.join('')}` };
}
