/**
 * The pipeline.yaml files that a DVC repository becomes, read once by pipe's own rules before any is
 * written, and each of their stages beside the one of DVC's that it was.
 *
 * A file keeps its templates, unless pipe would fill some in otherwise than DVC (`0.10` in a file's name):
 * then those give way to what DVC fills in. Writes nothing.
 */
import { join } from 'node:path';
import type { DvcRecord } from '../../core/dvc/lock.ts';
import type { Note } from '../../core/dvc/note.ts';
import { readDvcPath } from '../../core/dvc/path.ts';
import { addList, type PipelineText, renderDocument, toPipelineDocument } from '../../core/dvc/pipeline-text.ts';
import { respell } from '../../core/dvc/respell.ts';
import type { DvcStage } from '../../core/dvc/stage.ts';
import { type Failure, type Problem } from '../../core/failure.ts';
import { buildGraph } from '../../core/graph-links.ts';
import { depPath, type Pipeline, type Stage } from '../../core/pipeline.ts';
import { parsePipeline } from '../../core/pipeline-file.ts';
import { PIPELINE_FILE, splitStageName } from '../../core/stage-name.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { readTextIfThere } from '../../store/read-if-there.ts';
import { folderOf, type DvcPipeline, type DvcProject } from './read.ts';

export interface Conversion {
  /** By root-relative path; the root's own comes last. */
  readonly texts: ReadonlyMap<string, string>;
  readonly pipeline: Pipeline;
  readonly stages: readonly StagePair[];
  readonly notes: readonly Note[];
}

export interface StagePair {
  readonly stage: Stage;
  readonly dvc: DvcStage;
  /** The dvc.yaml. */
  readonly file: string;
  readonly record: DvcRecord | undefined;
}

export interface ListedSource {
  readonly path: string;
  readonly comment: string | undefined;
}

/** Failures: migrate-refused. */
export async function convert(
  project: DvcProject,
  sources: readonly ListedSource[],
): Promise<Result<Conversion, Failure>> {
  const respelled = new Set<string>();
  for (;;) {
    const files = project.pipelines.map((pipeline) => ({ pipeline, text: toText(project, pipeline, respelled) }));
    const texts = renderAll(files, sources);
    const parsed = parseAll(project, texts);
    const odd = parsed.ok ? filesThatDiffer(project, files, parsed.value) : filesWithProblems(parsed.error);
    const again = odd.filter(
      (file) => project.pipelines.some((one) => targetOf(one.file) === file) && !respelled.has(file),
    );
    for (const file of again) respelled.add(file);
    if (again.length > 0) continue;
    if (!parsed.ok) return err(refused(parsed.error));
    const graph = await buildGraph(parsed.value);
    if (!graph.ok) return err(refused(graph.error));
    const notes = [...project.notes, ...files.flatMap(({ text }) => text.notes), ...asPrinted(project, respelled)];
    return ok({ texts, pipeline: parsed.value, stages: pairsOf(files, parsed.value), notes });
  }
}

interface ConvertedFile {
  readonly pipeline: DvcPipeline;
  readonly text: PipelineText & { readonly source: string };
}

/** `a/dvc.yaml` becomes `a/pipeline.yaml`. */
const targetOf = (file: string): string => `${file.slice(0, -'dvc.yaml'.length)}${PIPELINE_FILE}`;

function toText({ repo }: DvcProject, { file, text, records }: DvcPipeline, respelled: ReadonlySet<string>) {
  const known = new Set([...records.values()].flatMap(({ deps, outs }) => [...deps, ...outs].map(({ path }) => path)));
  const isKnownFile = (path: string) => known.has(path) || readTextIfThere(join(repo.root, path)) !== undefined;
  const readText = (path: string) => readTextIfThere(join(repo.root, path));
  const source = respelled.has(targetOf(file)) ? respell(text, { file, readText }) : text;
  return { ...toPipelineDocument(source, { file, root: repo.root, isKnownFile }), source };
}

function renderAll(files: readonly ConvertedFile[], sources: readonly ListedSource[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const root = files.find(({ pipeline }) => pipeline.file === 'dvc.yaml');
  const text = root?.text ?? {
    ...toPipelineDocument('', { file: 'dvc.yaml', root: '', isKnownFile: () => false }),
    source: '',
  };
  for (const file of files) {
    if (file !== root) texts.set(targetOf(file.pipeline.file), renderDocument(file.text.document, file.text.source));
  }
  addList(
    text.document,
    'pipelines',
    [...texts.keys()].map((file) => ({ text: file })),
  );
  addList(
    text.document,
    'sources',
    sources.map(({ path, comment }) => ({ text: path, ...(comment !== undefined && { comment }) })),
  );
  return texts.set(PIPELINE_FILE, renderDocument(text.document, text.source));
}

function parseAll({ repo }: DvcProject, texts: ReadonlyMap<string, string>): Result<Pipeline, Failure> {
  const readText = (file: string) => texts.get(file) ?? readTextIfThere(join(repo.root, file));
  return parsePipeline({
    file: PIPELINE_FILE,
    text: texts.get(PIPELINE_FILE) ?? '',
    readText,
    listFiles: (file) => [file],
  });
}

function filesWithProblems(failure: Failure): readonly string[] {
  return 'problems' in failure ? [...new Set(failure.problems.map(({ place }) => place.file))] : [];
}

function refused(failure: Failure): Failure {
  const problems: readonly Problem[] = 'problems' in failure ? failure.problems : [];
  const problem = 'what this repository says cannot be said in pipeline.yaml';
  const hint =
    'the places are those of the file that would be written; mend dvc.yaml, or name a folder in .dvcignore that is no part of the project';
  return { code: 'migrate-refused', problem, problems, hint };
}

/** Files of which a stage reads or writes other paths than in DVC. */
function filesThatDiffer({ repo }: DvcProject, files: readonly ConvertedFile[], pipeline: Pipeline): readonly string[] {
  const pairs = pairsOf(files, pipeline);
  const differing = pairs.filter(({ stage, dvc, file }) => {
    const wdir = readDvcPath(dvc.wdir, { folder: folderOf(file), root: repo.root });
    if (wdir.kind !== 'path' || wdir.path !== stage.wdir) return true;
    const paths = (written: readonly string[]) =>
      new Set(
        written.flatMap((path) => {
          const found = readDvcPath(path, { folder: stage.wdir, root: repo.root, isDep: true });
          return found.kind === 'path' ? [found.path] : [];
        }),
      );
    const reads = paths([...dvc.deps, ...dvc.params.map((params) => params.file)]);
    const writes = paths(dvc.outs.map(({ path }) => path));
    const ours = [...stage.deps.flatMap((dep) => depPath(dep) ?? []), ...stage.params.map((params) => params.file)];
    return ours.some((path) => !reads.has(path)) || stage.outs.some(({ path }) => !writes.has(path));
  });
  return [...new Set(differing.map(({ file }) => targetOf(file)))];
}

/** Groups by name, their members by order: a member's name may have its numbers written otherwise. */
function pairsOf(files: readonly ConvertedFile[], pipeline: Pipeline): readonly StagePair[] {
  return files.flatMap(({ pipeline: { file, stages: known, records }, text }) => {
    const target = targetOf(file);
    const ours = groupBy(
      pipeline.stages.filter(({ place }) => place.file === target),
      ({ name }) => groupOf(splitStageName(name).local),
    );
    const theirs = groupBy(known, ({ name }) => text.renamed.get(groupOf(name)) ?? groupOf(name));
    return [...ours].flatMap(([group, stages]) =>
      stages.flatMap((stage, index) => {
        const other = theirs.get(group)?.[index];
        return other === undefined ? [] : [{ stage, dvc: other, file, record: records.get(other.name) }];
      }),
    );
  });
}

export function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

const groupOf = (name: string): string => (name.includes('@') ? name.slice(0, name.indexOf('@')) : name);

function asPrinted({ pipelines }: DvcProject, respelled: ReadonlySet<string>): readonly Note[] {
  return pipelines
    .filter(({ file }) => respelled.has(targetOf(file)))
    .map(({ file }) => ({
      kind: 'changed',
      file,
      path: '',
      message:
        'some templates are filled in: DVC prints numbers and null as Python does (0.10 as 0.1), and pipe as they were written',
    }));
}
