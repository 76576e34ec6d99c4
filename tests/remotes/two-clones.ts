/** Two people: two clones, one bare git remote, one remote for data. Everything through the real command. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { startPipe } from '../support/pipe-command.ts';
import type { ProgramEnd } from '../support/run-program.ts';

export interface Clone {
  readonly root: string;
  readonly write: (path: string, content: string | Uint8Array) => void;
  readonly git: (...args: readonly string[]) => string;
  readonly pipe: (...args: readonly string[]) => Promise<ProgramEnd>;
  /** Like `pipe`, and it has to end well. */
  readonly done: (...args: readonly string[]) => Promise<string>;
  /** SHA-256 and mode of every file that is not git's or pipe's own. */
  readonly state: () => Readonly<Record<string, string>>;
}

export type Environment = Readonly<Record<string, string>>;

const USER = ['-c', 'user.name=test', '-c', 'user.email=test@localhost', '-c', 'init.defaultBranch=main'];

function cloneAt(root: string, env: Environment = {}): Clone {
  const pipe = (...args: readonly string[]) => startPipe(root, args, env).ended;
  return {
    root,
    write: (path, content) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    },
    git: (...args) =>
      execFileSync('git', [...USER, ...args], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    pipe,
    done: async (...args) => {
      const { code, stdout, stderr } = await pipe(...args);
      expect(code, `pipe ${args.join(' ')}: ${stdout}${stderr}`).toBe(0);
      return stdout;
    },
    state: () => stateOf(root),
  };
}

export interface Pair {
  readonly here: Clone;
  readonly bare: string;
  /** A fresh clone of what has been pushed with git. */
  readonly clone: (name: string) => Clone;
}

export function startPair(folder: string, env: Environment = {}): Pair {
  const bare = join(folder, 'bare.git');
  execFileSync('git', ['init', '--quiet', '--bare', '-b', 'main', bare]);
  const clone = (name: string) => {
    execFileSync('git', ['clone', '--quiet', bare, join(folder, name)], { stdio: 'ignore' });
    return cloneAt(join(folder, name), env);
  };
  return { here: clone('here'), bare, clone };
}

/** What a stage makes depends on a parameter and a source, so that every commit has other bytes. */
export const PIPELINE = `stages:
  split:
    cmd: mkdir -p parts/deep && split -l 2 -a 3 data/raw.csv parts/p && cp data/raw.csv parts/deep/all && chmod +x parts/deep/all
    deps: [data/raw.csv]
    outs: [parts]
  fit:
    cmd:
      - cat parts/p* params.yaml > model.bin
      - wc -l < model.bin > metrics.txt
    deps: [parts]
    params: [depth]
    outs: [model.bin]
    metrics: [metrics.txt: {cache: false}]
`;

/** Commits of a project with data, each pushed: its state by commit. */
export async function makeHistory(
  { here }: Pair,
  remote: string,
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const states = new Map<string, Readonly<Record<string, string>>>();
  here.write('pipeline.yaml', `${PIPELINE}remotes: {default: ${JSON.stringify(remote)}}\n`);
  for (const round of [1, 2, 3]) {
    here.write('params.yaml', `depth: ${round}\n`);
    here.write('data/raw.csv', Array.from({ length: round * 40 }, (_, row) => `${row},${row * round}\n`).join(''));
    here.write(
      `images/${round}.bin`,
      Uint8Array.from({ length: 5000 }, (_, byte) => (byte * round) % 251),
    );
    await here.done('add', 'data/raw.csv', 'images');
    await here.done('repro');
    await here.done('push');
    here.git('add', '-A');
    here.git('commit', '--quiet', '-m', `round ${round}`);
    states.set(here.git('rev-parse', 'HEAD').trim(), here.state());
  }
  here.git('push', '--quiet', 'origin', 'HEAD:main');
  return states;
}

function stateOf(root: string): Readonly<Record<string, string>> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => !/^\.(pipe|git)(\/|$)/.test(path) && statSync(join(root, path)).isFile())
    .sort();
  return Object.fromEntries(files.map((path) => [path, `${modeOf(join(root, path))} ${digestOf(join(root, path))}`]));
}

const modeOf = (file: string): string => ((statSync(file).mode & 0o100) === 0 ? 'file' : 'exec');
const digestOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
