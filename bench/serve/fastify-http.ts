/**
 * A peer: Fastify with fast-jwt, the same model, its schemas for body and answer. Neither is a dependency of
 * this repository: bench/serve installs them into a folder of their own, which comes as the first argument.
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileModel } from '../../src/ml/evaluator.ts';
import { parseTableModel } from '../../src/ml/model-file.ts';

interface Question {
  readonly headers: { readonly authorization?: string };
  readonly body: { readonly features: readonly number[] };
}

interface Reply {
  code(status: number): Reply;
  send(value: unknown): Reply;
}

interface Server {
  post(path: string, options: object, handle: (request: Question, reply: Reply) => unknown): void;
  listen(options: { readonly port: number; readonly host: string }): Promise<string>;
}

const [, , peers = '', modelFile = ''] = process.argv;
const requirePeer = createRequire(join(peers, 'here.js'));
const fastify: (options?: object) => Server = requirePeer('fastify');
const {
  createSigner,
  createVerifier,
}: Record<'createSigner' | 'createVerifier', (options: object) => (of: unknown) => string> = requirePeer('fast-jwt');
const { v7 }: { readonly v7: () => string } = createRequire(import.meta.url)('uuid');
const parsed = parseTableModel(readFileSync(modelFile, 'utf8'));
if (!parsed.ok) throw new Error(parsed.error.message);
const { inputs, threshold } = parsed.value;
const evaluator = compileModel(parsed.value);

const key = 'a key of the benchmark that is long enough';
const token = createSigner({ key, expiresIn: 3_600_000 })({ sub: 'alice' });
const verify = createVerifier({ key, cache: true });
const body = {
  type: 'object',
  required: ['features'],
  additionalProperties: false,
  properties: {
    features: { type: 'array', minItems: inputs.length, maxItems: inputs.length, items: { type: 'number' } },
  },
};
const text = { type: 'string' };
const answer = {
  type: 'object',
  properties: {
    prediction: { type: 'integer' },
    probability: { type: 'number' },
    model: text,
    model_version: text,
    id: text,
    timestamp: text,
  },
};

const server = fastify();
server.post('/predict', { schema: { body, response: { 200: answer } } }, (request, reply) => {
  try {
    verify((request.headers.authorization ?? '').replace('Bearer ', ''));
  } catch {
    return reply.code(401).send({ detail: 'Not authenticated' });
  }
  const probability = evaluator.probability(Float64Array.from(request.body.features));
  return {
    prediction: probability >= threshold ? 1 : 0,
    probability,
    model: 'accidents',
    model_version: '1',
    id: v7(),
    timestamp: new Date().toISOString(),
  };
});
const url = await server.listen({ port: 0, host: '127.0.0.1' });
console.log(JSON.stringify({ url, token }));
