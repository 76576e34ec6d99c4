/**
 * Loads one version of a model away from the thread that answers: read, compare with its sha, parse,
 * and let its example rows prove it. Ends when it has said how that went.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { ModelState } from '../../core/pipeline.ts';
import { checkModel } from '../../ml/evaluator.ts';
import { parseModel } from '../../ml/model-file.ts';
import { isTextModel, type ModelFile } from '../../ml/model.ts';
import { checkTextModel } from '../../ml/text-evaluator.ts';
import { openRegistry } from '../../store/registry.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import type { LoadTask } from '../load-model.ts';

const MAX_MODEL_BYTES = 128 * 1024 * 1024;

function load({ root, model, n }: LoadTask): Result<ModelFile, string> {
  const version = openRegistry({ root, model: model satisfies ModelState }).readVersion(String(n));
  if (!version.ok) return err(version.error.problem);
  if (version.value.bytes.length > MAX_MODEL_BYTES) return err(`it is larger than ${MAX_MODEL_BYTES} bytes`);
  const parsed = parseModel(new TextDecoder().decode(version.value.bytes));
  if (!parsed.ok) return err(parsed.error.message);
  const checked = isTextModel(parsed.value) ? checkTextModel(parsed.value) : checkModel(parsed.value);
  return checked.ok ? ok(parsed.value) : err(checked.error.message);
}

const task: LoadTask = workerData;
parentPort?.postMessage(load(task));
