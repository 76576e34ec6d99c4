/**
 * Reads `.pipe/config.yaml` (committed) and `.pipe/config.local.yaml` (of this checkout, and stronger).
 * Parsed files are kept by content, so that nothing that parses YAML is loaded twice for one text.
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CacheConfig } from '../core/cache-config.ts';
import type { ConfigText } from '../core/config-file.ts';
import { mergeRemotes, type RemoteTable } from '../core/remote-settings.ts';
import type { Failure } from '../core/failure.ts';
import { ok, type Result } from '../lib/result.ts';
import type { Layout } from './layout.ts';
import { type ParsedKey, readParsed, writeParsed } from './parsed-cache.ts';
import { readTextIfThere } from './read-if-there.ts';

const FILES = ['.pipe/config.yaml', '.pipe/config.local.yaml'];

/** Failures: config-invalid. */
export async function readCacheConfig(layout: Layout): Promise<Result<CacheConfig, Failure>> {
  const said = await readTexts(layout);
  if (!said.ok) return said;
  const {
    dir = layout.cache,
    link = ['reflink', 'copy'],
    shared = false,
  }: ConfigText = Object.assign({}, ...said.value);
  return ok({ dir: resolve(layout.root, dir.replace(/^~(?=\/|$)/, homedir())), link, shared });
}

export interface RemotesConfig {
  readonly remotes: RemoteTable;
  /** The name of the one that is meant where none is named, if somebody said so. */
  readonly chosen: string | undefined;
}

/** Of the config files alone; pipeline.yaml may have more. Failures: config-invalid. */
export async function readRemotesConfig(layout: Layout): Promise<Result<RemotesConfig, Failure>> {
  const said = await readTexts(layout);
  if (!said.ok) return said;
  const remotes = mergeRemotes(said.value.map((text) => text.remotes ?? {}));
  return ok({ remotes, chosen: said.value.findLast(({ remote }) => remote !== undefined)?.remote });
}

/** Weaker first. */
async function readTexts(layout: Layout): Promise<Result<readonly ConfigText[], Failure>> {
  const said: ConfigText[] = [];
  for (const file of FILES) {
    const text = readTextIfThere(join(layout.root, file));
    if (text === undefined) continue;
    const parsed = await parse(layout, file, text);
    if (!parsed.ok) return parsed;
    said.push(parsed.value);
  }
  return ok(said);
}

async function parse(layout: Layout, file: string, text: string): Promise<Result<ConfigText, Failure>> {
  const key: ParsedKey = { kind: 'config/2', file, text };
  const known = readParsed<ConfigText>(layout, key);
  if (known !== undefined) return ok(known);
  const { parseConfig } = await import('../core/config-file.ts');
  const parsed = parseConfig({ file, text });
  if (parsed.ok) writeParsed(layout, key, parsed.value);
  return parsed;
}
