/**
 * pipeline.yaml as a value, from the cache of parsed files while nothing it was made from has changed.
 *
 * Templates take values from other files. Which ones, is only known by parsing; so the answer is kept
 * in two steps: the text leads to the names of those files, and these with their texts to the pipeline.
 */
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { digestOf } from '../lib/digest.ts';
import { ok, type Result } from '../lib/result.ts';
import type { Layout } from '../store/layout.ts';
import { readParsed, writeParsed, type ParsedKey } from '../store/parsed-cache.ts';
import { readTextIfThere } from '../store/read-if-there.ts';

/** Either the pipeline, or what else has to be read to find it. */
type Known = { readonly pipeline: Pipeline } | { readonly reads: readonly string[] };

export async function readPipeline(
  layout: Layout,
  { file, text }: { readonly file: string; readonly text: string },
): Promise<Result<Pipeline, Failure>> {
  const readText = (path: string) => readTextIfThere(join(layout.root, path));
  const key: ParsedKey = { kind: 'pipeline/2', file, text };
  const known = readParsed<Known>(layout, key);
  if (known !== undefined && 'pipeline' in known) return ok(known.pipeline);
  const stored = known && readParsed<Pipeline>(layout, withReads(key, known.reads, readText));
  if (stored !== undefined) return ok(stored);

  const { parsePipeline } = await import('../core/pipeline-file.ts');
  const reads = new Map<string, string | undefined>();
  const readOnce = (path: string) => {
    if (!reads.has(path)) reads.set(path, readText(path));
    return reads.get(path);
  };
  const parsed = parsePipeline({ file, text, readText: readOnce });
  if (!parsed.ok) return parsed;
  const names = [...reads.keys()];
  if (names.length > 0) writeParsed(layout, withReads(key, names, readOnce), parsed.value);
  writeParsed(layout, key, names.length === 0 ? { pipeline: parsed.value } : { reads: names });
  return parsed;
}

function withReads(
  key: ParsedKey,
  files: readonly string[],
  readText: (file: string) => string | undefined,
): ParsedKey {
  const states = files.map((file) => {
    const text = readText(file);
    return [file, text === undefined ? null : digestOf(text)];
  });
  return { kind: `${key.kind} with files`, file: key.file, text: JSON.stringify([key.text, states]) };
}
