/**
 * pipeline.yaml from text to `Pipeline`: all problems of the file at once, each with its place.
 *
 * Pure and heavy (a YAML parser and a schema library): import it lazily, off the no-op path.
 * Knows one file only; how stages relate is `core/graph`'s business.
 */
import { type Err, err, ok, type Result } from '../lib/result.ts';
import type { Failure, Problem } from './failure.ts';
import type { Pipeline, Place } from './pipeline.ts';
import { toModel } from './pipeline-model.ts';
import { describeIssue } from './pipeline-problem.ts';
import { pipelineSchema, type PipelineShape } from './pipeline-schema.ts';
import { type Report, toStage } from './pipeline-stage.ts';
import type { PathPart } from './yaml-place.ts';
import { salvage } from './pipeline-salvage.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export interface PipelineText {
  /** Root-relative; shown in problems and kept in every `Place`. */
  readonly file: string;
  readonly text: string;
}

export function parsePipeline({ file, text }: PipelineText): Result<Pipeline, Failure> {
  const source = readYaml({ file, text, bigints: false });
  const report: Report = { source, problems: [...source.problems] };
  if (source.data === undefined) return invalid(report);
  if (source.data === null) report.problems.push(emptyFile(source));
  report.problems.push(...templates(source));
  const shape = pipelineSchema.safeParse(source.data, { reportInput: true });
  if (!shape.success && source.data !== null)
    report.problems.push(...shape.error.issues.flatMap((issue) => describeIssue(source, issue)));
  const pipeline = toPipeline(report, shape.success ? shape.data : salvage(source.data));
  return report.problems.length > 0 ? invalid(report) : ok(pipeline);
}

function toPipeline(report: Report, shape: PipelineShape): Pipeline {
  const stages = Object.entries(shape.stages ?? {}).map(([name, stage]) => toStage(report, name, stage));
  const models = Object.entries(shape.models ?? {}).map(([name, model]) => toModel(report, name, model));
  // By place, not as the object has them: JavaScript moves keys that look like numbers to the front.
  return { stages: inFileOrder(stages), models: inFileOrder(models) };
}

function invalid({ problems }: Report): Err<Failure> {
  return err({ code: 'pipeline-invalid', problems: inFileOrder(problems) });
}

function inFileOrder<T extends { readonly place: Place }>(entries: readonly T[]): readonly T[] {
  return [...entries].sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}

function emptyFile(source: YamlSource): Problem {
  return source.problem({ path: [], message: 'the file is empty', hint: '`pipe init` writes a working example' });
}

/** `${…}` will be filled in by a later version: passing it on today would change its meaning then. */
function templates(source: YamlSource): readonly Problem[] {
  return textsIn(source.data, [])
    .filter(({ text }) => /(?<!\\)\$\{/.test(text))
    .map(({ path }) =>
      source.problem({
        path,
        message: '`${…}` templates are not supported yet by this version',
        hint: "for the shell's own variable write $NAME or \\${NAME}",
      }),
    );
}

function textsIn(
  value: unknown,
  path: readonly PathPart[],
): readonly { readonly path: readonly PathPart[]; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((member: unknown, index) => textsIn(member, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => textsIn(member, [...path, key]));
}
