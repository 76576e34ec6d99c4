/**
 * pipeline.yaml from text to `Pipeline`: all problems of the file at once, each with its place.
 *
 * Pure and heavy (a YAML parser and a schema library): import it lazily, off the no-op path.
 * Knows one file only; how stages relate is `core/graph`'s business.
 */
import { type Err, err, ok, type Result } from '../lib/result.ts';
import type { Failure, Problem } from './failure.ts';
import type { Pipeline, Place } from './pipeline.ts';
import { expandPipeline } from './pipeline-expand.ts';
import { toModel } from './pipeline-model.ts';
import { describeIssue } from './pipeline-problem.ts';
import { pipelineSchema, type PipelineShape } from './pipeline-schema.ts';
import { type Report, toStage } from './pipeline-stage.ts';
import { salvage } from './pipeline-salvage.ts';
import type { ReadText } from './template-vars.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export interface PipelineText {
  /** Root-relative; shown in problems and kept in every `Place`. */
  readonly file: string;
  readonly text: string;
  /** Where templates get their values from; the result follows from `text` and what is read here, and nothing else. */
  readonly readText?: ReadText;
}

export function parsePipeline({ file, text, readText = () => undefined }: PipelineText): Result<Pipeline, Failure> {
  const written = readYaml({ file, text, bigints: false });
  const { source, problems, generated, isConsequence } = expandPipeline(written, { text, readText, folder: '.' });
  const report: Report = { source, generated, problems: [] };
  if (source.data === undefined) return invalid(written.problems);
  if (source.data === null) report.problems.push(emptyFile(source));
  const shape = pipelineSchema.safeParse(source.data, { reportInput: true });
  if (!shape.success && source.data !== null)
    report.problems.push(...shape.error.issues.flatMap((issue) => describeIssue(source, issue)));
  const pipeline = toPipeline(report, shape.success ? shape.data : salvage(source.data));
  const own = report.problems.filter((problem) => !isConsequence(problem));
  const all = [...written.problems, ...problems, ...own];
  return all.length > 0 ? invalid(all) : ok(pipeline);
}

function toPipeline(report: Report, shape: PipelineShape): Pipeline {
  const stages = Object.entries(shape.stages ?? {}).map(([name, stage]) => toStage(report, name, stage));
  const models = Object.entries(shape.models ?? {}).map(([name, model]) => toModel(report, name, model));
  // By place, not as the object has them: JavaScript moves keys that look like numbers to the front.
  return { stages: inFileOrder(stages), models: inFileOrder(models) };
}

function invalid(problems: readonly Problem[]): Err<Failure> {
  return err({ code: 'pipeline-invalid', problems: inFileOrder(withoutTwins(problems)) });
}

/** All members of a group share what is wrong with their definition: that is told once. */
function withoutTwins(problems: readonly Problem[]): readonly Problem[] {
  const told = new Set<string>();
  return problems.filter(({ place, message }) => {
    const key = JSON.stringify([place, message]);
    return !told.has(key) && told.add(key);
  });
}

function inFileOrder<T extends { readonly place: Place }>(entries: readonly T[]): readonly T[] {
  return [...entries].sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}

function emptyFile(source: YamlSource): Problem {
  return source.problem({ path: [], message: 'the file is empty', hint: '`pipe init` writes a working example' });
}
