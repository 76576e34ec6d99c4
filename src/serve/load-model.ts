/**
 * Loads a version of a model in a thread of its own and makes it ready to answer. Knows nothing of
 * which version ought to be served.
 */
import type { ModelState } from '../core/pipeline.ts';
import type { VersionEntry } from '../core/registry.ts';
import { ok, type Result } from '../lib/result.ts';
import { parseModel } from '../ml/model-file.ts';
import type { ModelFile } from '../ml/model.ts';
import type { ModelThread } from './model-thread.ts';
import { linkVersion, type ServedModel } from './served-model.ts';

/** The error says in a sentence why the version cannot be served. */
export type LoadVersion = (version: VersionEntry) => Promise<Result<ServedModel, string>>;

export interface LoadOptions {
  readonly root: string;
  readonly model: ModelState;
  readonly thread: Pick<ModelThread, 'load'>;
}

export function createLoadVersion({ root, model, thread }: LoadOptions): LoadVersion {
  return async ({ n, sha }) => {
    const loaded = await thread.load({ root, model, n });
    if (!loaded.ok) return loaded;
    const { compiled, bytes } = loaded.value;
    return ok(linkVersion({ name: model.name, version: n, sha }, compiled, () => readChecked(bytes)));
  };
}

/** Of bytes that the thread has checked already. */
function readChecked(bytes: Uint8Array): ModelFile {
  const parsed = parseModel(new TextDecoder().decode(bytes));
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}
