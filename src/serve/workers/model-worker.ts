/**
 * What is long and seldom, away from the thread that answers: loads one version of a model (read, compare with its
 * sha, parse, let its example rows prove it, compile), or does to a registry what a person decided.
 */
import { kTransferable, kValue, Tinypool } from 'tinypool';
import { err, ok, type Result } from '../../lib/result.ts';
import { checkModel } from '../../ml/evaluator.ts';
import { parseModel } from '../../ml/model-file.ts';
import { isTextModel } from '../../ml/model.ts';
import { checkTextModel } from '../../ml/text-evaluator.ts';
import { openRegistry } from '../../store/registry.ts';
import { performAct, type ModelActOutcome } from '../model-act.ts';
import type { ActTask, LoadedVersion, LoadTask, Sent } from '../model-thread.ts';
import { buffersOf, compileVersion } from '../served-model.ts';
import { setThreadBack } from './set-back.ts';

const MAX_MODEL_BYTES = 128 * 1024 * 1024;
/** It has started: everything it needs is here. */
export const ready = (): undefined => undefined;

/** Handed over, not copied: a large forest would hold up all requests while it is. */
export function load(task: Sent<LoadTask>): unknown {
  if (task.isSetBack) setThreadBack();
  const loaded = loadVersion(task);
  if (!loaded.ok) return loaded;
  const { compiled, bytes } = loaded.value;
  const buffers = [bytes.buffer, ...buffersOf(compiled)];
  return Tinypool.move({ [kTransferable]: buffers, [kValue]: loaded });
}

export function act({ root, model, act: wanted, isSetBack }: Sent<ActTask>): Promise<ModelActOutcome> {
  if (isSetBack) setThreadBack();
  return performAct(openRegistry({ root, model }), wanted);
}

function loadVersion({ root, model, n }: LoadTask): Result<LoadedVersion, string> {
  const version = openRegistry({ root, model }).readVersion(String(n));
  if (!version.ok) return err(version.error.problem);
  const { bytes } = version.value;
  if (bytes.length > MAX_MODEL_BYTES) return err(`it is larger than ${MAX_MODEL_BYTES} bytes`);
  const parsed = parseModel(new TextDecoder().decode(bytes));
  if (!parsed.ok) return err(parsed.error.message);
  const checked = isTextModel(parsed.value) ? checkTextModel(parsed.value) : checkModel(parsed.value);
  if (!checked.ok) return err(checked.error.message);
  // Bytes of their own: a file may have been read into memory that others share.
  return ok({ compiled: compileVersion(parsed.value), bytes: new Uint8Array(bytes) });
}
