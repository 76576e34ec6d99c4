/** The pipeline as it was at a commit: the same parser, reading from git instead of from the disk. */
import type { Failure } from '../core/failure.ts';
import { isGlob } from '../core/glob.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { PIPELINE_FILE } from '../core/stage-name.ts';
import { ok, type Result } from '../lib/result.ts';
import type { GitTree } from '../store/git-tree.ts';
import type { Layout } from '../store/layout.ts';
import { isListed } from '../store/listed-pipelines.ts';
import { type ParsedKey, readParsed, writeParsed } from '../store/parsed-cache.ts';
import { PARSED_PIPELINE } from './read-pipeline.ts';

/** Undefined: there was none. Failures: pipeline-invalid. */
export async function pipelineAt(layout: Layout, tree: GitTree): Promise<Result<Pipeline | undefined, Failure>> {
  const text = await textAt(tree, PIPELINE_FILE);
  if (text === undefined) return ok(undefined);
  // A commit never changes, so its name stands for every file that was read.
  const key: ParsedKey = { kind: `${PARSED_PIPELINE} at commit`, file: PIPELINE_FILE, text: tree.commit.hash };
  const known = readParsed<Pipeline>(layout, key);
  if (known !== undefined) return ok(known);
  const parsed = await parseAt(tree, text);
  if (parsed.ok) writeParsed(layout, key, parsed.value);
  return parsed;
}

/** The parser reads synchronously and git does not: it is asked again until it asks for nothing new. */
async function parseAt(tree: GitTree, text: string): Promise<Result<Pipeline, Failure>> {
  const { parsePipeline } = await import('../core/pipeline-file.ts');
  const texts = new Map<string, string | undefined>();
  let files: readonly string[] | undefined;
  for (;;) {
    const asked = new Set<string>();
    let wantsFiles = false;
    const readText = (path: string): string | undefined => {
      if (!texts.has(path)) asked.add(path);
      return texts.get(path);
    };
    const listFiles = (pattern: string): readonly string[] => {
      if (!isGlob(pattern)) return readText(pattern) === undefined ? [] : [pattern];
      wantsFiles ||= files === undefined;
      return (files ?? []).filter((file) => isListed([pattern], file));
    };
    const parsed = parsePipeline({ file: PIPELINE_FILE, text, readText, listFiles });
    if (asked.size === 0 && !wantsFiles) return parsed;
    for (const path of asked) texts.set(path, await textAt(tree, path));
    if (wantsFiles) files = await tree.filesBelow('.');
  }
}

const textAt = async (tree: GitTree, path: string): Promise<string | undefined> =>
  (await tree.read(path))?.toString('utf8');
