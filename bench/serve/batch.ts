/** 10,000 rows at once, in process, one thread each: 100 trees of 31 leaves by ours, scikit-learn and ONNX Runtime. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Peers } from './peers.ts';
import type { Place } from './place.ts';

/** CPU milliseconds, the best of five: wall time says little on a busy machine. */
export interface BatchTimes {
  readonly pipe: number;
  /** Absent: not installed. */
  readonly peers?: { readonly histGradientBoosting: number; readonly onnxruntimeNode: number };
}

const HERE = import.meta.dirname;
const PREPROCESSED = fileURLToPath(new URL('../../data/preprocessed', import.meta.url));

export function timeBatches({ root }: Place, { node, python }: Peers): BatchTimes {
  const tsx = ['--import', createRequire(import.meta.url).resolve('tsx')];
  const byNode = (file: string, ...args: readonly string[]) =>
    said(process.execPath, [...tsx, join(HERE, file), ...args]);
  const pipe = Number(byNode('../ml/train-once.ts', 'gbdt_100x31', PREPROCESSED)['manyRowsMs']);
  if (python === undefined) return { pipe };
  const onnx = join(root, 'peer.onnx');
  const histGradientBoosting = Number(said(python, [join(HERE, 'batch_peers.py'), PREPROCESSED, onnx])['ms']);
  const onnxruntimeNode = Number(byNode('batch-onnx.ts', node, onnx, join(PREPROCESSED, 'X_test.csv'))['ms']);
  return { pipe, peers: { histGradientBoosting, onnxruntimeNode } };
}

function said(program: string, args: readonly string[]): Readonly<Record<string, unknown>> {
  const text = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(text.trim().split('\n').at(-1) ?? '{}');
}
