/** Reads params files, each once a command, as trees of typed values. */
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { decodeParam, encodeParam, type ParamValue } from '../core/param-value.ts';
import type { Json } from '../lib/canonical-json.ts';
import { ok, type Result } from '../lib/result.ts';
import type { Layout } from '../store/layout.ts';
import { readParsed, writeParsed } from '../store/parsed-cache.ts';
import { readTextIfThere } from '../store/read-if-there.ts';

export interface ParamsReader {
  /** The whole tree; undefined when there is no such file. `file` is root-relative. */
  readonly read: (file: string) => Promise<Result<ParamValue | undefined, Failure>>;
}

export function createParamsReader(layout: Layout): ParamsReader {
  const known = new Map<string, { readonly text: string; readonly tree: Result<ParamValue, Failure> }>();
  return {
    read: async (file) => {
      // Read every time: the text may change while stages run. Parsed only when it did.
      const text = readTextIfThere(join(layout.root, file));
      if (text === undefined) return ok(undefined);
      const last = known.get(file);
      if (last?.text === text) return last.tree;
      const tree = await parseParamsText(layout, file, text);
      known.set(file, { text, tree });
      return tree;
    },
  };
}

/** Loads no parser for a text that was parsed before. */
export async function parseParamsText(
  layout: Layout,
  file: string,
  text: string,
): Promise<Result<ParamValue, Failure>> {
  const key = { kind: 'params/1', file, text };
  const stored = readParsed<Json>(layout, key);
  if (stored !== undefined) return ok(decodeParam(stored));
  const { parseParams } = await import('../core/params-file.ts');
  const parsed = parseParams({ file, text });
  if (parsed.ok) writeParsed(layout, key, encodeParam(parsed.value));
  return parsed;
}
