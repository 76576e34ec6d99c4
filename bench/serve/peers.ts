/**
 * What the servers beside ours need, installed by the benchmark itself into a folder that is removed: npm packages
 * and a virtual environment of Python. BENCH_PEERS names a folder that is kept from run to run instead.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGES = ['fastify@5.12.8', 'fast-jwt@6.3.6', 'onnxruntime-node@1.30.0'];
const REQUIREMENTS = join(import.meta.dirname, '../peers/serve-requirements.txt');

export interface Peers {
  /** Holds `node_modules`. */
  readonly node: string;
  /** undefined: there is no Python, or its packages could not be had. */
  readonly python: string | undefined;
  readonly remove: () => void;
}

export function installPeers(): Peers {
  const kept = process.env['BENCH_PEERS'];
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'pipe-peers-'));
  const node = join(folder, 'node');
  const python = join(folder, 'venv/bin/python');
  mkdirSync(node, { recursive: true });
  if (!existsSync(join(node, 'node_modules/onnxruntime-node')))
    run('npm', ['install', '--prefix', node, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', ...PACKAGES]);
  return {
    node,
    python: installPython(folder, python) ? python : undefined,
    remove: () => void (kept ?? rmSync(folder, { recursive: true, force: true })),
  };
}

function installPython(folder: string, python: string): boolean {
  try {
    if (!existsSync(python)) run('python3', ['-m', 'venv', join(folder, 'venv')]);
    run(python, ['-m', 'pip', 'install', '--quiet', '-r', REQUIREMENTS]);
    return true;
  } catch {
    console.error('the Python peers are left out: they could not be installed');
    return false;
  }
}

const run = (program: string, args: readonly string[]): void =>
  void execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
