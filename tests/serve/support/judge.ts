/**
 * The stage `evaluate` of the tests' project: decides what the file `decision` says, keeps the
 * evaluation and promotes, through the same store as the real one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { v7 as uuid } from 'uuid';
import { parseEvaluation } from '../../../src/core/gate-evaluation.ts';
import { promote } from '../../../src/core/registry.ts';
import { loadPipeline, readUpstreamLocks } from '../../../src/index.ts';
import { digestOf } from '../../../src/lib/digest.ts';
import { ok } from '../../../src/lib/result.ts';
import { commitChange } from '../../../src/store/registry-commit.ts';
import { appendEvaluation } from '../../../src/store/registry-evaluation.ts';
import { openRegistry } from '../../../src/store/registry.ts';

const loaded = await loadPipeline(process.cwd());
if (!loaded.ok) throw new Error(loaded.error.code);
const [model] = loaded.value.pipeline.models;
if (model === undefined) throw new Error('no model');
const registry = openRegistry({ root: loaded.value.root, model });
const bytes = readFileSync(model.candidate);
const decision = existsSync('decision') ? readFileSync('decision', 'utf8').trim() : 'promote';

const card = {
  label: '1.0.0',
  kind: 'logistic',
  created: '2026-01-01T00:00:00.000Z',
  git: null,
  metrics: {},
  locks: readUpstreamLocks(loaded.value, 'evaluate'),
};
const isPromoted = decision === 'promote' || decision === 'bootstrap';
const committed = await commitChange(registry, {
  addition: { bytes, card },
  transition: (state, added) => ok(isPromoted && added !== undefined ? promote(state, added.n) : state),
});
if (!committed.ok) throw new Error(JSON.stringify(committed.error));
const evaluation = parseEvaluation(
  JSON.stringify({
    schema: 1,
    id: uuid(),
    model: model.name,
    run: process.env['PIPE_RUN'] ?? null,
    created: new Date().toISOString(),
    decision,
    reasons: [{ code: 'of_the_test', text: 'the test says so' }],
    warnings: [],
    policy: null,
    candidate: { version: committed.value.added?.n ?? null, sha: digestOf(bytes), metrics: null },
    champion: null,
    deltas: { roc_auc: 0.02 },
    ci: {},
    n: null,
    classes: null,
    confusion: { candidate: null, champion: null },
    thresholds: { candidate: null, champion: null },
    split: null,
    digests: null,
  }),
);
if (evaluation === undefined) throw new Error('not an evaluation');
appendEvaluation(registry, evaluation);
