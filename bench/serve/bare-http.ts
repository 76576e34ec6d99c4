/**
 * The peer: node:http doing the same work by hand and nothing else. Token from a map, body parsed and
 * checked, the same model, the answer as a string. No routes, limits, history or user store.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { v7 as uuid } from 'uuid';
import { compileModel } from '../../src/ml/evaluator.ts';
import { parseTableModel } from '../../src/ml/model-file.ts';

const [, , modelFile = '', token = ''] = process.argv;
const parsed = parseTableModel(readFileSync(modelFile, 'utf8'));
if (!parsed.ok) throw new Error(parsed.error.message);
const { inputs, threshold } = parsed.value;
const evaluator = compileModel(parsed.value);
const tokens = new Map([[`Bearer ${token}`, 'admin']]);

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (!tokens.has(request.headers.authorization ?? '')) return void response.writeHead(401).end();
    const { features }: { readonly features: readonly number[] } = JSON.parse(Buffer.concat(chunks).toString());
    const isSound = features.length === inputs.length && features.every(Number.isFinite);
    if (!isSound) return void response.writeHead(422).end();
    const probability = evaluator.probability(Float64Array.from(features));
    const answer =
      `{"prediction":${probability >= threshold ? 1 : 0},"probability":${probability},"model":"accidents",` +
      `"model_version":"1","id":"${uuid()}","timestamp":"${new Date().toISOString()}"}`;
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(answer) });
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(JSON.stringify({ port: address.port }));
});
