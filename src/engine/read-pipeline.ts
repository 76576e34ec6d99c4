/**
 * The pipeline as a value and its graph, from the cache of parsed files while nothing they were made from has changed.
 *
 * Templates take values from other files, and other pipeline files may belong to it. Which ones, is only
 * known by parsing; so the answer is kept in two steps: the text leads to the names of those files, and
 * these with their texts to the pipeline.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { isGlob } from '../core/glob.ts';
import { createGraph, type Graph, type Links } from '../core/graph.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { PIPELINE_FILE } from '../core/stage-name.ts';
import { digestOf } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { listMatches } from '../store/glob.ts';
import { createIgnore } from '../store/ignore.ts';
import type { Layout } from '../store/layout.ts';
import { listedPipelines } from '../store/listed-pipelines.ts';
import { readParsed, writeParsed, type ParsedKey } from '../store/parsed-cache.ts';
import { readTextIfThere } from '../store/read-if-there.ts';

/** Bumped when `Pipeline` or a rule changes: what another release parsed is not read. */
export const PARSED_PIPELINE = 'pipeline/9';

/** What was found right once is not checked again. */
interface Linked {
  readonly pipeline: Pipeline;
  readonly links: Links;
}

/** Either the pipeline, or what else has to be read to find it. */
type Known = Linked | { readonly reads: readonly string[] };

export interface ReadPipeline {
  readonly pipeline: Pipeline;
  readonly graph: Graph;
}

/** The files that each entry of `pipelines:` means. */
type Listing = ReadonlyMap<string, readonly string[]>;

/**
 * `instead`: texts of pipeline files that are about to be written. Failures: no-pipeline, pipeline-invalid, system.
 */
export async function readPipeline(
  layout: Layout,
  instead: ReadonlyMap<string, string> = new Map(),
): Promise<Result<ReadPipeline, Failure>> {
  const readText = (path: string) => instead.get(path) ?? readTextIfThere(join(layout.root, path));
  const text = readText(PIPELINE_FILE);
  if (text === undefined) return err({ code: 'no-pipeline', from: layout.root });
  const listing = await listOthers(layout, listedPipelines(layout, text));
  if (!listing.ok) return listing;
  const key = keyOf(text);
  const known = readParsed<Known>(layout, key);
  if (known !== undefined && 'pipeline' in known) return ok(withGraph(known));
  const stored = known && readParsed<Linked>(layout, withOthers(key, listing.value, { files: known.reads, readText }));
  if (stored !== undefined) return ok(withGraph(stored));

  return await parseAnew({ layout, text, listing: listing.value, readText });
}

const withGraph = ({ pipeline, links }: Linked): ReadPipeline => ({ pipeline, graph: createGraph(pipeline, links) });

interface Unparsed {
  readonly layout: Layout;
  readonly text: string;
  readonly listing: Listing;
  readonly readText: (path: string) => string | undefined;
}

async function parseAnew({ layout, text, listing, readText }: Unparsed): Promise<Result<ReadPipeline, Failure>> {
  const [{ parsePipeline }, { linkStages }] = await Promise.all([
    import('../core/pipeline-file.ts'),
    import('../core/graph-links.ts'),
  ]);
  const reads = new Map<string, string | undefined>();
  const readOnce = (path: string) => {
    if (!reads.has(path)) reads.set(path, readText(path));
    return reads.get(path);
  };
  const listFiles = (pattern: string) => listing.get(pattern) ?? [];
  const pipeline = parsePipeline({ file: PIPELINE_FILE, text, readText: readOnce, listFiles });
  if (!pipeline.ok) return pipeline;
  const key = keyOf(text);
  const files = [...reads.keys()];
  // Before anything else can be wrong with it: a watch waits for these files.
  if (files.length > 0) writeParsed(layout, key, { reads: files });
  const links = await linkStages(pipeline.value);
  if (!links.ok) return links;
  const linked: Linked = { pipeline: pipeline.value, links: links.value };
  writeParsed(layout, files.length === 0 ? key : withOthers(key, listing, { files, readText: readOnce }), linked);
  return ok(withGraph(linked));
}

/** What a pipeline that has been read was made from besides its root's own file: other pipeline files, files of vars. */
export function filesBehind(layout: Layout): readonly string[] {
  const text = readTextIfThere(join(layout.root, PIPELINE_FILE));
  const known = text === undefined ? undefined : readParsed<Known>(layout, keyOf(text));
  return known !== undefined && 'reads' in known ? known.reads : [];
}

const keyOf = (text: string): ParsedKey => ({ kind: PARSED_PIPELINE, file: PIPELINE_FILE, text });

async function listOthers(layout: Layout, patterns: readonly string[]): Promise<Result<Listing, Failure>> {
  const listing = new Map<string, readonly string[]>();
  for (const pattern of patterns) {
    if (!isGlob(pattern)) {
      listing.set(pattern, existsSync(join(layout.root, pattern)) ? [pattern] : []);
      continue;
    }
    const matches = await listMatches({ root: layout.root, pattern, ignore: createIgnore(layout.root), exclude: [] });
    if (!matches.ok) return matches;
    listing.set(pattern, matches.value);
  }
  return ok(listing);
}

interface Read {
  readonly files: readonly string[];
  readonly readText: (file: string) => string | undefined;
}

function withOthers(key: ParsedKey, listing: Listing, { files, readText }: Read): ParsedKey {
  const states = files.map((file) => {
    const text = readText(file);
    return [file, text === undefined ? null : digestOf(text)];
  });
  return { kind: `${key.kind} with others`, file: key.file, text: JSON.stringify([key.text, [...listing], states]) };
}
