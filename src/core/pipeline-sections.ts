/**
 * The top level of a pipeline file beside its stages: pools, and what belongs to the pipeline without
 * belonging to a stage. Shapes are already checked.
 */
import type { Artifact, Declarations, Pool, TopPlot } from './pipeline.ts';
import { checkName, complain, type Report, rootPath } from './pipeline-report.ts';
import type { PipelineShape } from './pipeline-schema.ts';
import { toRemoteTable } from './remote-schema.ts';
import { type RemoteTable, localKeysIn } from './remote-settings.ts';

export function toPools(report: Report, pools: NonNullable<PipelineShape['pools']>): readonly Pool[] {
  return Object.entries(pools).map(([name, depth]) => {
    const at = ['pools', name];
    checkName(report, at, name);
    if (!Number.isInteger(depth) || depth < 1)
      complain(report, { path: at, message: `expected a whole number from 1 up, got ${depth}` });
    return { name, depth, place: report.source.placeOfKey(at) };
  });
}

export function toDeclarations(report: Report, shape: PipelineShape): Declarations {
  const pathsOf = (key: 'params' | 'metrics') =>
    (shape[key] ?? []).map((written, index) => rootPath(report, { path: [key, index], written, wdir: report.folder }));
  return {
    params: pathsOf('params'),
    metrics: pathsOf('metrics'),
    plots: (shape.plots ?? []).flatMap((plot) => toPlots(report, plot)),
    artifacts: Object.entries(shape.artifacts ?? {}).map(([name, artifact]) => toArtifact(report, name, artifact)),
  };
}

export function toRemotes(report: Report, shape: PipelineShape['remotes']): RemoteTable {
  const table = toRemoteTable(shape);
  for (const [name, key] of localKeysIn(table))
    complain(report, {
      path: ['remotes', name, key],
      message: `\`${key}\` must not stand in a file that is committed`,
      hint: SECRET_HINT,
    });
  return table;
}

const SECRET_HINT = 'it belongs in .pipe/config.local.yaml (`pipe remote modify` puts it there) or in the environment';

function toPlots({ folder }: Report, plot: string | Readonly<Record<string, unknown>>): readonly TopPlot[] {
  if (typeof plot === 'string') return [{ id: plot, folder, options: null }];
  return Object.entries(plot).map(([id, options]) => ({ id, folder, options: options ?? null }));
}

type ArtifactShape = NonNullable<PipelineShape['artifacts']>[string];

function toArtifact(report: Report, name: string, { path, type, desc, labels, meta }: ArtifactShape): Artifact {
  const at = ['artifacts', name];
  checkName(report, at, name);
  return {
    name,
    path: rootPath(report, { path: [...at, 'path'], written: path, wdir: report.folder }),
    type: type ?? null,
    desc: desc ?? null,
    labels: labels ?? [],
    meta: meta ?? null,
    place: report.source.placeOfKey(at),
  };
}
