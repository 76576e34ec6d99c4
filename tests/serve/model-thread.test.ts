/** What the thread beside the daemon's hands over, on a real registry. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { promote } from '../../src/core/registry.ts';
import { ok } from '../../src/lib/result.ts';
import { parseModel, renderModel } from '../../src/ml/model-file.ts';
import { trainModel } from '../../src/ml/train.ts';
import { createLoadVersion } from '../../src/serve/load-model.ts';
import { createModelThread } from '../../src/serve/model-thread.ts';
import { serveModel, type ServedModel } from '../../src/serve/served-model.ts';
import { commitChange } from '../../src/store/registry-commit.ts';
import { openRegistry } from '../../src/store/registry.ts';
import { options, toy } from '../ml/support/toy.ts';
import { additionOf, model } from '../store/registry-parts.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { modelText, textModelText } from './support/model-text.ts';
import { FEATURES } from './support/rig.ts';

function startThread() {
  const thread = createModelThread();
  onTestFinished(() => thread.close());
  return thread;
}

/** One version each, the last in production. */
async function registryWith(...texts: readonly string[]) {
  const registry = openRegistry({ root: tempFolder(), model });
  for (const text of texts) {
    const committed = await commitChange(registry, {
      addition: additionOf(text),
      transition: (state, added) => ok(added === undefined ? state : promote(state, added.n)),
    });
    if (!committed.ok) throw new Error(JSON.stringify(committed.error));
  }
  return registry;
}

const TREES = renderModel(trainModel(options(toy(100, 4))));

test.each([
  ['trees', TREES, [1, 2, 3, 7]],
  ['an equation', modelText(1), FEATURES],
  ['words', textModelText(), 'a great film'],
])('a version of %s answers and explains as its file does', async (_, text, question) => {
  const registry = await registryWith(text);
  const state = registry.read();
  const [version] = state.ok ? state.value.versions : [];
  const parsed = parseModel(text);
  if (version === undefined || !parsed.ok) throw new Error('no version');
  const loaded = await createLoadVersion({ ...registry, thread: startThread() })(version);
  const expected = serveModel({ ...version, name: model.name, version: version.n }, parsed.value);
  expect(loaded.ok && answersOf(loaded.value, question)).toEqual(answersOf(expected, question));
});

function answersOf(served: ServedModel, question: readonly number[] | string) {
  if (typeof question === 'string') {
    if (served.kind !== 'text') throw new Error('rows were expected');
    return { ...served, evaluator: served.evaluator.probability(question), why: served.evaluator.explain(question) };
  }
  if (served.kind !== 'table') throw new Error('texts were expected');
  const row = Float64Array.from(question);
  const { evaluator, explain, findUnusual, ...said } = served;
  return { ...said, answer: evaluator.probability(row), why: explain(row), unusual: findUnusual(row) };
}

test('a version that is no model is refused in words, and the next one is loaded', async () => {
  const registry = await registryWith('{"format": 1}', modelText(1));
  const thread = startThread();
  expect(await thread.load({ ...registry, n: 1 })).toMatchObject({
    ok: false,
    error: expect.stringContaining('format'),
  });
  expect(await thread.load({ ...registry, n: 7 })).toMatchObject({ ok: false, error: 'there is no version 7' });
  expect(await thread.load({ ...registry, n: 2 })).toMatchObject({ ok: true });
});

test('what a person decides is done to the registry, or refused with its reason', async () => {
  const registry = await registryWith(modelText(1), modelText(2));
  const thread = startThread();
  const back = await thread.act({ ...registry, act: { name: 'rollback' } });
  expect(back).toMatchObject({ ok: true, value: { production: { n: 1 }, was: { n: 2 }, changed: true } });
  expect(registry.read()).toMatchObject({ value: { production: 1 } });
  const again = await thread.act({ ...registry, act: { name: 'promote', version: '2' } });
  expect(again).toMatchObject({
    ok: false,
    error: { code: 'registry', problem: expect.stringContaining('rolled back') },
  });
  const forced = await thread.act({ ...registry, act: { name: 'promote', version: '2', force: true } });
  expect(forced).toMatchObject({ ok: true, value: { production: { n: 2 } } });
});

/** Of each thread of this process (proc(5), field 19 of stat). */
function nices(): readonly number[] {
  return readdirSync('/proc/self/task').map((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });
}

test.runIf(process.platform === 'linux')('while there are requests it is served less than other threads', async () => {
  const registry = await registryWith(modelText(1));
  const thread = startThread();
  const before = Math.max(...nices());
  await thread.load({ ...registry, n: 1 });
  expect(Math.max(...nices())).toBe(before);
  thread.setBack();
  await thread.load({ ...registry, n: 1 });
  await thread.load({ ...registry, n: 1 });
  expect(nices().filter((nice) => nice === before + 5)).toHaveLength(1);
});
