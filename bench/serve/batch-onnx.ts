/**
 * 10,000 rows at once by onnxruntime-node, which bench/serve installs beside the other peers; one thread, CPU
 * milliseconds, the best of five. Usage: batch-onnx.ts PEERS_FOLDER ONNX_FILE FEATURES_FILE
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseFeatures } from '../../stages/lib/feature-file.ts';

interface Session {
  run(inputs: Readonly<Record<string, unknown>>): Promise<unknown>;
}

interface Runtime {
  readonly Tensor: new (type: 'float32', values: Float32Array, shape: readonly number[]) => unknown;
  readonly InferenceSession: { create(file: string, options: object): Promise<Session> };
}

const ROWS = 10_000;
const [, , peers = '', model = '', table = ''] = process.argv;
const { Tensor, InferenceSession }: Runtime = createRequire(join(peers, 'here.js'))('onnxruntime-node');
const parsed = parseFeatures('X_test.csv', readFileSync(table, 'utf8'));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
const { columns, values } = parsed.value.matrix;
const many = Float32Array.from({ length: ROWS * columns }, (_, i) => values[i % values.length] || 0);
const session = await InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const times: number[] = [];
for (let repeat = 0; repeat < 5; repeat++) {
  const started = process.cpuUsage();
  await session.run({ rows: new Tensor('float32', many, [ROWS, columns]) });
  const { user, system } = process.cpuUsage(started);
  times.push((user + system) / 1000);
}
console.log(JSON.stringify({ ms: Math.min(...times) }));
