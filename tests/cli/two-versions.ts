/** A registry with two real models that differ in what they say, how they scored and what they were made from. */
import { fingerprint, type StageInputs } from '../../src/core/fingerprint.ts';
import { renderLock } from '../../src/core/lock-file.ts';
import type { VersionCard } from '../../src/core/registry-card.ts';
import { promote } from '../../src/core/registry.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { ok } from '../../src/lib/result.ts';
import { commitChange } from '../../src/store/registry-commit.ts';
import { modelText } from '../serve/support/model-text.ts';
import { createRegistryRig, expectOk, type RegistryRig } from '../store/registry-fixture.ts';
import { additionOf, JUDGING_PIPELINE } from '../store/registry-parts.ts';

/** 1 retired, 2 in production. */
export async function writeTwoVersions(): Promise<RegistryRig> {
  const rig = createRegistryRig();
  rig.write('pipeline.yaml', JUDGING_PIPELINE);
  rig.write('data', 'rows');
  await addVersion(rig, modelText(1), cardOf({ trees: 100n, rate: 1 }, { roc_auc: 0.8, f1: 0.75 }, { import: 'old' }));
  const changed = JSON.parse(modelText(2));
  const [first, ...rest] = changed.inputs;
  const text = JSON.stringify({
    ...changed,
    threshold: 0.4,
    inputs: [{ ...first, nullable: !first.nullable }, ...rest],
  });
  await addVersion(rig, text, cardOf({ trees: 200n, rate: 1 }, { roc_auc: 0.85, f1: 0.75 }, { load: 'new' }));
  return rig;
}

type Card = Pick<VersionCard, 'git' | 'metrics' | 'locks'>;

function cardOf(
  params: StageInputs['params'],
  metrics: VersionCard['metrics'],
  other: Readonly<Record<string, string>>,
): Card {
  const inputs: StageInputs = {
    cmd: 'train',
    shell: ['/bin/sh', '-c'],
    wdir: '.',
    deps: { 'train.py': { type: 'file', digest: digestOf(JSON.stringify(metrics)) } },
    params: Object.fromEntries(Object.entries(params).map(([key, value]) => [`params.yaml:train.${key}`, value])),
    env: {},
    outs: [],
  };
  const train = JSON.parse(renderLock({ inputs, fingerprint: fingerprint(inputs), outs: [] }));
  const git = { commit: digestOf(JSON.stringify(other)).slice(0, 40), dirty: false };
  return { git, metrics, locks: { train, ...other } };
}

async function addVersion({ registry }: RegistryRig, text: string, card: Card): Promise<void> {
  const { bytes, card: usual } = additionOf(text);
  const commit = await commitChange(registry, {
    addition: { bytes, card: { ...usual, ...card } },
    transition: (state, added) => ok(promote(state, added?.n ?? 0)),
  });
  expectOk(commit);
}
