/**
 * A project that serves rows and texts, both models in production: `tsx two-models.ts FOLDER` makes it
 * there. Its stages do nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promote } from '../../../src/core/registry.ts';
import { loadPipeline } from '../../../src/engine/load.ts';
import { ok } from '../../../src/lib/result.ts';
import { commitChange } from '../../../src/store/registry-commit.ts';
import { openRegistry } from '../../../src/store/registry.ts';
import { additionOf } from '../../store/registry-parts.ts';
import { modelText, textModelText } from './model-text.ts';

const modelEntry = (name: string): string => `
  ${name}:
    stage: judge_${name}
    registry: artifacts/models/${name}
    path: artifacts/${name}/prod_model.json
    verdict: artifacts/${name}/gate.json
    candidate: artifacts/${name}/model.json
    holdout: data/${name}
    retrain: {target: judge_${name}}
    gate: gate`;

const PIPELINE = `stages:
  judge_accidents: { cmd: 'true' }
  judge_sentiment: { cmd: 'true' }
models:${modelEntry('accidents')}${modelEntry('sentiment')}
`;

export async function writeTwoModels(root: string): Promise<void> {
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'pipeline.yaml'), PIPELINE);
  const loaded = await loadPipeline(root);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  for (const model of loaded.value.pipeline.models) {
    const text = model.name === 'accidents' ? modelText(1) : textModelText();
    const committed = await commitChange(openRegistry({ root, model }), {
      addition: additionOf(text),
      transition: (state, added) => ok(added === undefined ? state : promote(state, added.n)),
    });
    if (!committed.ok) throw new Error(JSON.stringify(committed.error));
  }
}

const [, program, folder] = process.argv;
if (program === import.meta.filename && folder !== undefined) await writeTwoModels(folder);
