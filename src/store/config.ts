/**
 * Reads `.pipe/config.yaml` (committed) and `.pipe/config.local.yaml` (of this checkout, and stronger).
 * Parsed files are kept by content, so that nothing that parses YAML is loaded twice for one text.
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CacheConfig } from '../core/cache-config.ts';
import type { ConfigText } from '../core/config-file.ts';
import type { Failure } from '../core/failure.ts';
import { ok, type Result } from '../lib/result.ts';
import type { Layout } from './layout.ts';
import { type ParsedKey, readParsed, writeParsed } from './parsed-cache.ts';
import { readTextIfThere } from './read-if-there.ts';

const FILES = ['.pipe/config.yaml', '.pipe/config.local.yaml'];

/** Failures: config-invalid. */
export async function readCacheConfig(layout: Layout): Promise<Result<CacheConfig, Failure>> {
  let said: ConfigText = {};
  for (const file of FILES) {
    const text = readTextIfThere(join(layout.root, file));
    if (text === undefined) continue;
    const parsed = await parse(layout, file, text);
    if (!parsed.ok) return parsed;
    said = { ...said, ...parsed.value };
  }
  const { dir = layout.cache, link = ['reflink', 'copy'], shared = false } = said;
  return ok({ dir: resolve(layout.root, dir.replace(/^~(?=\/|$)/, homedir())), link, shared });
}

async function parse(layout: Layout, file: string, text: string): Promise<Result<ConfigText, Failure>> {
  const key: ParsedKey = { kind: 'config/1', file, text };
  const known = readParsed<ConfigText>(layout, key);
  if (known !== undefined) return ok(known);
  const { parseConfig } = await import('../core/config-file.ts');
  const parsed = parseConfig({ file, text });
  if (parsed.ok) writeParsed(layout, key, parsed.value);
  return parsed;
}
