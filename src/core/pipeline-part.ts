/**
 * One pipeline file from text to its part of the pipeline, and all that is wrong in it.
 *
 * Names become those of the whole graph and paths root-relative here; how parts fit together is
 * `core/pipeline-parts`' business.
 */
import type { Problem } from './failure.ts';
import type { Pipeline, Place, Source } from './pipeline.ts';
import { expandPipeline } from './pipeline-expand.ts';
import { toModel } from './pipeline-model.ts';
import { describeIssue } from './pipeline-problem.ts';
import { pipelineSchema, type PipelineShape } from './pipeline-schema.ts';
import { type Report, rootPath } from './pipeline-report.ts';
import { toDeclarations, toPools, toRemotes } from './pipeline-sections.ts';
import { toStage } from './pipeline-stage.ts';
import { salvage } from './pipeline-salvage.ts';
import { resolveFromRoot } from './root-path.ts';
import { PIPELINE_FILE } from './stage-name.ts';
import type { ReadText } from './template-vars.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export interface PartText {
  readonly file: string;
  readonly text: string;
  readonly readText: ReadText;
  /** Only of the root's file: what an entry of `pipelines:` means. */
  readonly listFiles?: (pattern: string) => readonly string[];
  /** Of another's: where the root's file lists it. */
  readonly listedAt?: Place;
}

export interface PipelinePart extends Omit<Pipeline, 'files'> {
  readonly file: string;
  /** Other pipeline files that belong to the graph. */
  readonly lists: readonly ListedFile[];
}

interface ListedFile {
  readonly file: string;
  readonly place: Place;
}

export interface ParsedPart {
  readonly part: PipelinePart;
  readonly problems: Problem[];
}

export function parsePart({ file, text, readText, listFiles }: PartText): ParsedPart {
  const folder = folderOf(file);
  const written = readYaml({ file, text, bigints: false });
  const { source, problems, generated, isConsequence } = expandPipeline(written, { text, readText, folder });
  const report: Report = { source, file, folder, generated, problems: [] };
  if (source.data === null) report.problems.push(emptyFile(source));
  const isReadable = source.data !== undefined && source.data !== null;
  const shape = pipelineSchema.safeParse(source.data, { reportInput: true });
  if (!shape.success && isReadable)
    report.problems.push(...shape.error.issues.flatMap((issue) => describeIssue(source, issue)));
  const part = toPart(report, shape.success ? shape.data : salvage(source.data), listFiles);
  const own = report.problems.filter((problem) => !isConsequence(problem));
  return { part, problems: [...written.problems, ...problems, ...own] };
}

function toPart(report: Report, shape: PipelineShape, listFiles: PartText['listFiles']): PipelinePart {
  const { file } = report;
  const stages = Object.entries(shape.stages ?? {}).map(([name, stage]) => toStage(report, name, stage));
  const names = new Set(Object.keys(shape.stages ?? {}));
  const models = Object.entries(shape.models ?? {}).map(([name, model]) => toModel(report, name, { ...model, names }));
  const sources = toSources(report, shape.sources ?? []);
  const pools = toPools(report, shape.pools ?? {});
  const declarations = toDeclarations(report, shape);
  const lists = listFiles ? toLists(report, shape.pipelines ?? [], listFiles) : refuseLists(report, shape);
  // By place, not as the object has them: JavaScript moves keys that look like numbers to the front.
  const environment = (shape.environment ?? []).map((path, index) =>
    rootPath(report, { path: ['environment', index], written: path, wdir: report.folder }),
  );
  return {
    file,
    stages: inFileOrder(stages),
    models: inFileOrder(models),
    sources,
    environment,
    pools,
    declarations,
    remotes: toRemotes(report, shape.remotes),
    lists,
  };
}

function toSources(report: Report, entries: readonly string[]): readonly Source[] {
  return entries.map((written, index) => {
    const at = ['sources', index];
    return { path: rootPath(report, { path: at, written, wdir: report.folder }), place: report.source.placeOf(at) };
  });
}

function toLists(
  report: Report,
  entries: readonly string[],
  listFiles: (pattern: string) => readonly string[],
): readonly ListedFile[] {
  return entries.flatMap((written, index) => {
    const path = ['pipelines', index];
    const place = report.source.placeOf(path);
    const complain = (message: string, hint?: string): readonly ListedFile[] => {
      report.problems.push(report.source.problem({ path, message, ...(hint !== undefined && { hint }) }));
      return [];
    };
    if (!written.endsWith(`/${PIPELINE_FILE}`))
      return complain(
        `\`${written}\` is no path of a pipeline.yaml below this folder`,
        `write a folder and ${PIPELINE_FILE}, such as models/*/${PIPELINE_FILE}`,
      );
    const pattern = resolveFromRoot(report.folder, written);
    if (!pattern.ok) return complain(`\`${written}\` ${pattern.error}`);
    const files = listFiles(pattern.value).filter((file) => file !== report.file);
    return files.length > 0 ? files.map((file) => ({ file, place })) : complain(`\`${written}\` matches no file`);
  });
}

/** One file says what belongs together: then there is one answer to where the root is. */
function refuseLists({ source, problems, file }: Report, { pipelines }: PipelineShape): readonly ListedFile[] {
  if (pipelines === undefined || pipelines === null) return [];
  const message = `\`pipelines\` cannot stand in ${file}, which is listed itself`;
  problems.push(
    source.problem({
      path: ['pipelines'],
      atKey: true,
      message,
      hint: 'list all files in the uppermost pipeline.yaml',
    }),
  );
  return [];
}

const folderOf = (file: string): string => (file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.');

function inFileOrder<T extends { readonly place: Place }>(entries: readonly T[]): readonly T[] {
  return [...entries].sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}

function emptyFile(source: YamlSource): Problem {
  return source.problem({ path: [], message: 'the file is empty', hint: '`pipe init` writes a working example' });
}
