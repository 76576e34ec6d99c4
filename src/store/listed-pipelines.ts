/**
 * Which other pipeline files a pipeline.yaml lists under `pipelines:`. Asked of every pipeline.yaml above
 * the one that was found, so it is cheap where there is no such key; a file that cannot be read lists none.
 */
import { createRequire } from 'node:module';
import type picomatch from 'picomatch';
import type { parse } from 'yaml';
import { isGlob } from '../core/glob.ts';
import { resolveFromRoot } from '../core/root-path.ts';
import { PIPELINE_FILE } from '../core/stage-name.ts';
import type { Layout } from './layout.ts';
import { readParsed, writeParsed } from './parsed-cache.ts';

/** Paths and globs, root-relative, as far as they are right; `core/pipeline-file` says what is wrong with the others. */
export function listedPipelines(layout: Layout, text: string): readonly string[] {
  if (!text.includes('pipelines')) return [];
  const key = { kind: 'pipelines/1', file: PIPELINE_FILE, text };
  const known = readParsed<readonly string[]>(layout, key);
  if (known !== undefined) return known;
  const listed = parseList(text);
  if (listed.length > 0) writeParsed(layout, key, listed);
  return listed;
}

function parseList(text: string): readonly string[] {
  // Not `import`: the root is looked for by verbs that cannot wait, and hardly any project comes here.
  const yaml: { readonly parse: typeof parse } = createRequire(import.meta.url)('yaml');
  try {
    const data: unknown = yaml.parse(text, { merge: true, logLevel: 'silent' });
    const entries = typeof data === 'object' && data !== null && 'pipelines' in data ? data.pipelines : undefined;
    const texts = Array.isArray(entries) ? entries.filter((entry) => typeof entry === 'string') : [];
    return texts.flatMap((written) => {
      const path = resolveFromRoot('.', written);
      return path.ok ? [path.value] : [];
    });
  } catch {
    return [];
  }
}

export function isListed(patterns: readonly string[], file: string): boolean {
  return patterns.some((pattern) => pattern === file || (isGlob(pattern) && matches(pattern, file)));
}

function matches(pattern: string, file: string): boolean {
  const match: typeof picomatch = createRequire(import.meta.url)('picomatch');
  return match.isMatch(file, pattern);
}
