/** What stands in a version's card besides the model: the commit it was made from, and everything upstream. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Graph } from '../core/graph.ts';
import type { Pipeline } from '../core/pipeline.ts';
import type { VersionCard } from '../core/registry-card.ts';
import { parseJson } from '../lib/parse-json.ts';
import { lockPath } from '../store/locks.ts';
import { readTextIfThere } from '../store/read-if-there.ts';
import type { LoadedPipeline } from './load.ts';

/** Lock entries as they are now, of every stage that this one hangs on; itself has none yet. */
export function readUpstreamLocks({ root, graph }: LoadedPipeline, stage: string): VersionCard['locks'] {
  const entries = upstreamOf(graph, stage).flatMap((name) => {
    // A lock that is no JSON is reported elsewhere; a card is no place for it.
    const entry = parseJson(readTextIfThere(join(root, lockPath(name))) ?? '');
    return entry === undefined ? [] : [[name, entry] as const];
  });
  return Object.fromEntries(entries);
}

function upstreamOf(graph: Graph, stage: string): readonly string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    for (const upstream of graph.upstream(name)) {
      if (found.has(upstream)) continue;
      found.add(upstream);
      visit(upstream);
    }
  };
  visit(stage);
  return graph.order.filter((name) => found.has(name));
}

/**
 * The commit, and whether code, params or sources differ from it. What the pipeline itself writes
 * does not count: while a run is going on, that always differs. null outside a work tree.
 */
export function readGitState({ root, pipeline }: LoadedPipeline): VersionCard['git'] {
  const commit = git(root, ['rev-parse', 'HEAD']);
  if (commit === undefined) return null;
  const written = ['locks', ...outPaths(pipeline)].map((path) => `:(exclude,literal)${path}`);
  const changes = git(root, ['status', '--porcelain', '--', '.', ...written]);
  return { commit, dirty: changes !== '' };
}

function outPaths({ stages, models }: Pipeline): readonly string[] {
  const state = models.flatMap((model) => [model.registry, model.path, model.verdict]);
  return [...stages.flatMap((stage) => stage.outs.map((out) => out.path)), ...state];
}

function git(root: string, args: readonly string[]): string | undefined {
  try {
    const output = execFileSync('git', ['--no-optional-locks', ...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.trim();
  } catch {
    return undefined; // no git, no work tree, no commit yet
  }
}
