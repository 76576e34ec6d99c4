/**
 * Reads a DVC repository into values: its pipelines with what was recorded of them, its data files and its
 * settings. Reads only; digests nothing.
 *
 * Stages of the old kind, one in a `.dvc` file, are put into the root's dvc.yaml first, as DVC would have
 * them today: past this module there is one kind.
 */
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type DvcSection, mergeDvcConfig, parseDvcConfig } from '../../core/dvc/config.ts';
import { type DvcPointer, parseDvcFile } from '../../core/dvc/dvc-file.ts';
import { type DvcRecord, parseDvcLock } from '../../core/dvc/lock.ts';
import type { Note } from '../../core/dvc/note.ts';
import { readDvcPath } from '../../core/dvc/path.ts';
import { namesIn, withStages } from '../../core/dvc/pipeline-text.ts';
import { type DvcStage, readDvcFile } from '../../core/dvc/stage.ts';
import type { Failure, Problem } from '../../core/failure.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { type DvcRepo, findDvcRepo } from '../../store/dvc/dvc-repo.ts';
import { readTextIfThere } from '../../store/read-if-there.ts';
import type { Environment } from '../workspace.ts';

export interface DvcProject {
  readonly repo: DvcRepo;
  readonly pipelines: readonly DvcPipeline[];
  readonly pointers: readonly PointerFile[];
  /** What holds for this checkout. */
  readonly config: readonly DvcSection[];
  /** The same file by file, for what is said of them. */
  readonly configFiles: readonly { readonly file: string; readonly sections: readonly DvcSection[] }[];
  readonly notes: readonly Note[];
}

export interface DvcPipeline {
  /** Root-relative: `a/dvc.yaml`. */
  readonly file: string;
  readonly text: string;
  /** As DVC would run them. */
  readonly stages: readonly DvcStage[];
  readonly records: ReadonlyMap<string, DvcRecord>;
}

export interface PointerFile {
  readonly file: string;
  readonly pointer: DvcPointer;
}

/** Failures: no-dvc-repo, pipeline-invalid. */
export function readDvcProject(cwd: string, env: Environment): Result<DvcProject, Failure> {
  const repo = findDvcRepo(cwd);
  if (repo === undefined) return err({ code: 'no-dvc-repo', from: cwd });
  const notes: Note[] = repo.nested.map((folder) =>
    lost(folder, 'is a repository of its own: run `pipe migrate` in it'),
  );
  const all = readPointers(repo, notes);
  const data = trackedData(repo.root, all);
  const outside = all.filter(({ file }) => !isTaken(file, data, notes));
  const pipelines = readPipelines(
    { ...repo, pipelines: repo.pipelines.filter((file) => !isTaken(file, data, notes)) },
    outside,
    notes,
  );
  if (!pipelines.ok) return pipelines;
  const outs = outsOf(repo, pipelines.value);
  const pointers = outside.filter(({ file, pointer }) => pointer.stage !== undefined || !isTaken(file, outs, notes));
  const configFiles = readConfigFiles(repo.root);
  const config = mergeDvcConfig([userConfig(env), ...configFiles.map(({ sections }) => sections)]);
  return ok({ repo, pipelines: pipelines.value, pointers, config, configFiles, notes });
}

const lost = (file: string, message: string): Note => ({ kind: 'lost', file, path: '', message });

function readPointers({ root, pointers }: DvcRepo, notes: Note[]): readonly PointerFile[] {
  return pointers.flatMap((file) => {
    const parsed = parseDvcFile(readTextIfThere(join(root, file)) ?? '');
    if (parsed.ok && !parsed.value.isOnlyDeps) return [{ file, pointer: parsed.value }];
    notes.push(lost(file, parsed.ok ? ONLY_DEPS : parsed.error));
    return [];
  });
}

const ONLY_DEPS = 'has neither a command nor data: it only named other stages, and `pipe repro` runs all of them';

const ROOT_FILE = 'dvc.yaml';

function readPipelines(
  repo: DvcRepo,
  pointers: readonly PointerFile[],
  notes: Note[],
): Result<readonly DvcPipeline[], Failure> {
  const old = oldStages(repo, pointers, notes);
  const files = old.size > 0 && !repo.pipelines.includes(ROOT_FILE) ? [ROOT_FILE, ...repo.pipelines] : repo.pipelines;
  const pipelines: DvcPipeline[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const written = readTextIfThere(join(repo.root, file)) ?? '';
    const text = file === ROOT_FILE && old.size > 0 ? withStages(written, definitionsIn(old)) : written;
    const stages = readDvcFile({ file, text, readText: (path) => readTextIfThere(join(repo.root, path)) });
    if (!stages.ok) {
      problems.push(...stages.error);
      continue;
    }
    const recorded = readRecords(repo.root, file, notes);
    const own = file === ROOT_FILE ? [...old].map(([name, { record }]) => [name, record] as const) : [];
    pipelines.push({ file, text, stages: stages.value, records: new Map([...recorded, ...own]) });
  }
  return problems.length === 0 ? ok(outsideOuts(repo, pipelines, notes)) : err({ code: 'pipeline-invalid', problems });
}

/** A file of DVC's in an out is part of what a stage wrote, and none of this repository's: DVC does not read it either. */
function outsideOuts(repo: DvcRepo, pipelines: readonly DvcPipeline[], notes: Note[]): readonly DvcPipeline[] {
  const outs = outsOf(repo, pipelines);
  return pipelines.filter(({ file }) => !isTaken(file, outs, notes));
}

const outsOf = ({ root }: DvcRepo, pipelines: readonly DvcPipeline[]): readonly string[] =>
  pipelines.flatMap(({ file, stages }) => stages.flatMap((stage) => outPaths(root, file, stage)));

function outPaths(root: string, file: string, { wdir, outs }: DvcStage): readonly string[] {
  const folder = readDvcPath(wdir, { folder: folderOf(file), root });
  if (folder.kind !== 'path') return [];
  return outs.flatMap(({ path }) => {
    const found = readDvcPath(path, { folder: folder.path, root });
    return found.kind === 'path' ? [found.path] : [];
  });
}

function isTaken(file: string, folders: readonly string[], notes: Note[]): boolean {
  const around = folders.find((folder) => file.startsWith(`${folder}/`));
  if (around !== undefined)
    notes.push(lost(file, `lies in ${around}, which is tracked as a whole: it is data like the rest of it`));
  return around !== undefined;
}

/** Data that `.dvc` files track. */
function trackedData(root: string, pointers: readonly PointerFile[]): readonly string[] {
  return pointers.flatMap(({ file, pointer }) => {
    const folder = readDvcPath(pointer.wdir, { folder: folderOf(file), root });
    if (folder.kind !== 'path') return [];
    return pointer.outs.flatMap(({ data }) => {
      const found = readDvcPath(data.path, { folder: folder.path, root });
      return found.kind === 'path' ? [found.path] : [];
    });
  });
}

function readRecords(root: string, file: string, notes: Note[]): ReadonlyMap<string, DvcRecord> {
  const lock = `${file.slice(0, -ROOT_FILE.length)}dvc.lock`;
  const text = readTextIfThere(join(root, lock));
  if (text === undefined) return new Map();
  const parsed = parseDvcLock(text);
  if (parsed.ok) return parsed.value;
  notes.push(lost(lock, `${parsed.error}: nothing recorded in it counts`));
  return new Map();
}

type OldStages = ReadonlyMap<string, NonNullable<DvcPointer['stage']>>;

const definitionsIn = (old: OldStages): ReadonlyMap<string, unknown> =>
  new Map([...old].map(([name, { definition }]) => [name, definition]));

function oldStages({ root }: DvcRepo, pointers: readonly PointerFile[], notes: Note[]): OldStages {
  const stages = new Map<string, NonNullable<DvcPointer['stage']>>();
  const taken = new Set(namesIn(readTextIfThere(join(root, ROOT_FILE)) ?? ''));
  for (const { file, pointer } of pointers) {
    if (pointer.stage === undefined) continue;
    const wdir = readDvcPath(pointer.wdir, { folder: folderOf(file), root });
    const base = (file.split('/').at(-1) ?? file).replace(/\.dvc$/, '');
    let name = base;
    for (let count = 2; taken.has(name); count++) name = `${base}_${count}`;
    taken.add(name);
    if (wdir.kind !== 'path')
      notes.push(lost(file, `its stage: the folder \`${pointer.wdir}\` is none of this project`));
    else
      stages.set(name, {
        ...pointer.stage,
        definition: { ...pointer.stage.definition, ...(wdir.path !== '.' && { wdir: wdir.path }) },
      });
  }
  return stages;
}

export const folderOf = (file: string): string => (file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.');

function readConfigFiles(root: string): DvcProject['configFiles'] {
  return ['.dvc/config', '.dvc/config.local'].flatMap((file) => {
    const text = readTextIfThere(join(root, file));
    return text === undefined ? [] : [{ file, sections: withAbsolutePaths(parseDvcConfig(text), join(root, '.dvc')) }];
  });
}

/** Of the user, below those of the repository. */
function userConfig(env: Environment): readonly DvcSection[] {
  const folder = env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? homedir(), '.config');
  const file = join(folder, 'dvc', 'config');
  const text = readTextIfThere(file);
  return text === undefined ? [] : withAbsolutePaths(parseDvcConfig(text), dirname(file));
}

/** Paths are relative to the folder of the file they stand in. */
function withAbsolutePaths(sections: readonly DvcSection[], folder: string): readonly DvcSection[] {
  const absolute = (key: string, value: string): string =>
    (key === 'url' || key === 'dir') && !/^[a-z][a-z0-9+.-]*:\/\//i.test(value)
      ? resolve(folder, value.replace(/^~(?=\/)/, homedir()))
      : value;
  return sections.map((section) =>
    section.section === 'remote' || section.section === 'cache'
      ? { ...section, values: new Map([...section.values].map(([key, value]) => [key, absolute(key, value)])) }
      : section,
  );
}
