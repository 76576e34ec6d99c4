/**
 * The parts of a pipeline, one a file, put together: what is wrong only between files is found here.
 * Stages need no look, their names hold their file; what they share (outs) is `core/graph`'s business.
 */
import type { Problem } from './failure.ts';
import type { Pipeline, Place } from './pipeline.ts';
import type { PipelinePart } from './pipeline-part.ts';

export interface Joined {
  readonly pipeline: Pipeline;
  readonly problems: readonly Problem[];
}

/** The root's part comes first. */
export function joinParts(parts: readonly PipelinePart[]): Joined {
  const models = parts.flatMap((part) => part.models);
  return {
    pipeline: {
      files: parts.map(({ file }) => file),
      stages: parts.flatMap((part) => part.stages),
      models,
      sources: parts.flatMap((part) => part.sources),
      environment: [...new Set(parts.flatMap((part) => part.environment))],
    },
    problems: [...listedTwice(parts), ...sameName(models)],
  };
}

function listedTwice([root]: readonly PipelinePart[]): readonly Problem[] {
  const seen = new Set<string>();
  return (root?.lists ?? []).flatMap(({ file, place }) => {
    if (!seen.has(file) && seen.add(file)) return [];
    return [{ place, path: 'pipelines', message: `\`${file}\` is listed twice` }];
  });
}

/** A model is promoted and served by its name alone. */
function sameName(models: readonly { readonly name: string; readonly place: Place }[]): readonly Problem[] {
  const first = new Map<string, Place>();
  return models.flatMap(({ name, place }) => {
    const other = first.get(name);
    if (other === undefined) first.set(name, place);
    if (other === undefined) return [];
    const message = `a model is called \`${name}\` already (${other.file}:${other.line}:${other.column})`;
    return [{ place, path: `models.${name}`, message }];
  });
}
