/** Reads params files, each once a command, as trees of typed values. */
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { decodeParam, encodeParam, type ParamValue } from '../core/param-value.ts';
import type { Json } from '../lib/canonical-json.ts';
import { ok, type Result } from '../lib/result.ts';
import type { Soon } from '../lib/soon.ts';
import type { Layout } from '../store/layout.ts';
import { type ParsedKey, readParsed, writeParsed } from '../store/parsed-cache.ts';
import { readTextIfThere } from '../store/read-if-there.ts';

export interface ParamsReader {
  /** The whole tree; undefined when there is no such file. `file` is root-relative. */
  readonly read: (file: string) => Soon<Result<ParamValue | undefined, Failure>>;
}

export function createParamsReader(layout: Layout): ParamsReader {
  const known = new Map<string, { readonly text: string; readonly tree: Result<ParamValue, Failure> }>();
  return {
    read: (file) => {
      // Read every time: the text may change while stages run. Parsed only when it did.
      const text = readTextIfThere(join(layout.root, file));
      if (text === undefined) return ok(undefined);
      const last = known.get(file);
      if (last?.text === text) return last.tree;
      const tree = parseParamsText(layout, file, text);
      const keep = (parsed: Result<ParamValue, Failure>) => {
        known.set(file, { text, tree: parsed });
        return parsed;
      };
      return tree instanceof Promise ? tree.then(keep) : keep(tree);
    },
  };
}

/** Loads no parser for a text that was parsed before, and answers at once. */
export function parseParamsText(layout: Layout, file: string, text: string): Soon<Result<ParamValue, Failure>> {
  const stored = readParsed<Json>(layout, keyOf(file, text));
  return stored === undefined ? parseAnew(layout, file, text) : ok(decodeParam(stored));
}

async function parseAnew(layout: Layout, file: string, text: string): Promise<Result<ParamValue, Failure>> {
  const { parseParams } = await import('../core/params-file.ts');
  const parsed = parseParams({ file, text });
  if (parsed.ok) writeParsed(layout, keyOf(file, text), encodeParam(parsed.value));
  return parsed;
}

const keyOf = (file: string, text: string): ParsedKey => ({ kind: 'params/1', file, text });
