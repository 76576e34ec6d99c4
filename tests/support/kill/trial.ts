/**
 * One kill after another in one workspace, each at a random moment of a random verb, and after each of them
 * what has to be true: nothing lost, nothing half-written left, the bytes of a run that nobody disturbed.
 *
 * All that is random follows from the seed, except how far a process had come when its moment came.
 */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../src/lib/random.ts';
import { listClaims } from '../../../src/store/claims.ts';
import { listJournals } from '../../../src/store/journal.ts';
import { layoutOf } from '../../../src/store/layout.ts';
import { startPipe } from '../pipe-command.ts';
import type { Program } from '../run-program.ts';
import { contentOf, createKillWorkspace, editByHand, faultsOf, type KillWorkspace } from './workspace.ts';

/** What the killed process was in the middle of. */
export type Moment = 'nothing claimed' | 'claim held' | 'outs moved' | 'had ended';

export interface Kill {
  readonly verb: string;
  readonly moment: Moment;
}

export interface TrialReport {
  readonly kills: readonly Kill[];
  /** Empty: all as it should be. */
  readonly faults: readonly string[];
  /** Of hand-edited files, all found again. */
  readonly edits: number;
}

export interface KillTrials {
  readonly workspace: KillWorkspace;
  readonly trial: () => Promise<TrialReport>;
  readonly remove: () => void;
}

/** Few enough that most come again: those are restored, not run. */
const VERSIONS = 4;
/** Before this part of an undisturbed run Node is still starting. */
const STARTING = 0.3;
const FIRST_GUESS_MS = 300;

export async function createKillTrials(random: Random): Promise<KillTrials> {
  const workspace = createKillWorkspace();
  const twin = createKillWorkspace();
  const marks: string[] = [];
  const known = new Set<number>();
  let count = 0;
  /** Both start where everything is fresh. */
  const choose = async (version: number): Promise<void> => {
    for (const each of [workspace, twin]) each.write('in.txt', `version ${version}\n`);
    await expectEnd(startPipe(twin.root, ['repro', '-q']), 'the twin');
    known.add(version);
    keepLocks(twin, version);
  };
  await choose(0);
  await expectEnd(startPipe(workspace.root, ['repro', '-q']), 'the first run');
  const attack: Attack = { workspace, random, longestMs: new Map() };

  const trial = async (): Promise<TrialReport> => {
    const version = random.integer(VERSIONS);
    const isKnown = known.has(version);
    await choose(version);
    const edits = disturb(workspace, { random, marks, mark: `mark-${(count += 1)}-` });
    const verbs = chooseVerbs(random, isKnown);
    if (verbs.includes('checkout')) takeLocks(twin, workspace, version);
    const kills = await killSome(attack, verbs);
    // Whoever clears up may be killed too.
    if (random.integer(3) === 0) kills.push(...(await killSome(attack, ['repro'])));
    const end = await startPipe(workspace.root, ['repro']).ended;
    const faults = end.code === 0 ? [] : [`the next run exits with ${end.code}: ${end.stdout}${end.stderr}`];
    return { kills, edits, faults: [...faults, ...differences(twin, workspace), ...faultsOf(workspace, marks)] };
  };
  const remove = () => [workspace, twin].forEach(({ root }) => rmSync(root, { recursive: true, force: true }));
  return { workspace, trial, remove };
}

/** Outs and lock entries go, and people edit: then a run has something to restore and to keep. */
function disturb(
  workspace: KillWorkspace,
  { random, marks, mark }: { readonly random: Random; readonly marks: string[]; readonly mark: string },
): number {
  const before = marks.length;
  for (const path of ['a.txt', 'dir', 'used.txt', 'locks/files.json', 'locks/folder.json', 'm.json']) {
    if (random.integer(4) === 0) workspace.remove(path);
  }
  const choices = random.shuffle([0, 1, 2, 3, 4]).slice(0, random.integer(3));
  for (const choice of choices) {
    const text = `${mark}${choice};`;
    editByHand(workspace, choice, text);
    marks.push(text);
  }
  return marks.length - before;
}

function chooseVerbs(random: Random, isKnown: boolean): readonly string[] {
  const sets = [
    ['repro'],
    ['repro'],
    ['repro', 'repro'],
    ['repro -f'],
    ['clean'],
    ...(isKnown ? [['checkout'], ['repro', 'checkout']] : []),
  ];
  return sets[random.integer(sets.length)] ?? ['repro'];
}

interface Attack {
  readonly workspace: KillWorkspace;
  readonly random: Random;
  /** How long each verb goes on when it is let, as far as is known: kills are spread over that. */
  readonly longestMs: Map<string, number>;
}

/** Of two processes at once one may live: it must end as if it had been alone. */
async function killSome({ workspace, random, longestMs }: Attack, verbs: readonly string[]): Promise<Kill[]> {
  const spared = verbs.length > 1 ? random.integer(verbs.length + 1) : undefined;
  const ends = verbs.map(async (verb, index): Promise<Kill | undefined> => {
    const longest = longestMs.get(verb) ?? FIRST_GUESS_MS;
    const moment = longest * (STARTING + (1 - STARTING) * random.next());
    const started = performance.now();
    const program = startPipe(workspace.root, verb.split(' '));
    if (index === spared) {
      await expectEnd(program, `${verb}, beside one that was killed,`);
      return undefined;
    }
    await Promise.race([sleep(moment), program.ended]);
    const isAlive = program.child.exitCode === null && program.child.kill('SIGKILL');
    await program.ended;
    // A busy machine is slower a moment later: the guess follows.
    longestMs.set(verb, isAlive ? longest * 1.1 : performance.now() - started);
    return { verb, moment: isAlive ? momentOf(workspace, program.child.pid) : 'had ended' };
  });
  return (await Promise.all(ends)).filter((kill) => kill !== undefined);
}

/** By what the dead process left behind; one that lives may have cleared it up already. */
function momentOf({ root }: KillWorkspace, pid: number | undefined): Moment {
  const layout = layoutOf(root);
  if (listJournals(layout).some(({ claim }) => claim.holder.pid === pid)) return 'outs moved';
  return listClaims(layout).some(({ holder }) => holder.pid === pid) ? 'claim held' : 'nothing claimed';
}

async function expectEnd(program: Program, who: string): Promise<void> {
  const { code, signal, stdout, stderr } = await program.ended;
  if (code !== 0) throw new Error(`${who} ends with ${code ?? signal}: ${stdout}${stderr}`);
}

function differences(twin: KillWorkspace, workspace: KillWorkspace): readonly string[] {
  const [expected, actual] = [contentOf(twin), contentOf(workspace)];
  return [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
    .filter((path) => expected[path] !== actual[path])
    .map((path) => `${path} is ${JSON.stringify(actual[path])}, undisturbed ${JSON.stringify(expected[path])}`);
}

const LOCKS = ['files', 'folder', 'use'] as const;
const keptAt = ({ root }: KillWorkspace, version: number) => join(root, '.pipe/kept', String(version));

function keepLocks(twin: KillWorkspace, version: number): void {
  mkdirSync(keptAt(twin, version), { recursive: true });
  for (const name of LOCKS) cpSync(join(twin.root, `locks/${name}.json`), join(keptAt(twin, version), `${name}.json`));
}

/** As `git checkout` would bring them. */
function takeLocks(twin: KillWorkspace, workspace: KillWorkspace, version: number): void {
  for (const name of LOCKS)
    cpSync(join(keptAt(twin, version), `${name}.json`), join(workspace.root, `locks/${name}.json`));
}
