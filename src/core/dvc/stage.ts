/**
 * The stages of a dvc.yaml as DVC itself would run them: groups expanded, templates filled in with values
 * as Python prints them, defaults filled in. Only for comparing with dvc.lock; pipe reads what was
 * written instead (`core/dvc/pipeline-text`). Pure.
 */
import { err, ok, type Result } from '../../lib/result.ts';
import type { Problem } from '../failure.ts';
import { expandPipeline } from '../pipeline-expand.ts';
import type { ReadText } from '../template-vars.ts';
import { readYaml } from '../yaml-source.ts';
import { inPythonSpelling, printedFiles } from './spelling.ts';

export interface DvcStage {
  readonly name: string;
  readonly cmd: string | readonly string[];
  /** As written, from the file's folder. */
  readonly wdir: string;
  /** Paths as written, from `wdir`. */
  readonly deps: readonly string[];
  readonly params: readonly DvcParams[];
  readonly outs: readonly DvcOut[];
  readonly isFrozen: boolean;
}

export interface DvcParams {
  readonly file: string;
  /** null: the whole file. */
  readonly keys: readonly string[] | null;
}

export interface DvcOut {
  readonly path: string;
  readonly remote: string | undefined;
}

export interface DvcFileText {
  /** Root-relative. */
  readonly file: string;
  readonly text: string;
  readonly readText: ReadText;
}

export function readDvcFile({ file, text, readText }: DvcFileText): Result<readonly DvcStage[], readonly Problem[]> {
  const spelled = inPythonSpelling(text);
  const written = readYaml({ file, text: spelled, bigints: false });
  if (written.problems.length > 0) return err(written.problems);
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
  const { source, problems } = expandPipeline(written, { text: spelled, readText: printedFiles(readText), folder });
  if (problems.length > 0) return err(problems);
  const stages = isMapping(source.data) && isMapping(source.data['stages']) ? source.data['stages'] : {};
  return ok(Object.entries(stages).flatMap(([name, stage]) => (isMapping(stage) ? [toStage(name, stage)] : [])));
}

type Mapping = Readonly<Record<string, unknown>>;

function toStage(name: string, stage: Mapping): DvcStage {
  const { cmd, wdir } = stage;
  return {
    name,
    cmd: Array.isArray(cmd) ? cmd.map(String) : typeof cmd === 'string' ? cmd : JSON.stringify(cmd ?? ''),
    wdir: typeof wdir === 'string' ? wdir : '.',
    deps: listOf(stage['deps']).map(String),
    params: listOf(stage['params']).flatMap(toParams),
    outs: [...listOf(stage['outs']), ...listOf(stage['metrics']), ...listOf(stage['plots'])].flatMap(toOuts),
    isFrozen: stage['frozen'] === true || stage['locked'] === true,
  };
}

const DEFAULT_PARAMS = 'params.yaml';

function toParams(entry: unknown): readonly DvcParams[] {
  if (!isMapping(entry)) return [{ file: DEFAULT_PARAMS, keys: [String(entry)] }];
  return Object.entries(entry).map(([file, keys]) => {
    const listed = listOf(keys);
    return { file, keys: listed.length === 0 ? null : listed.map(String) };
  });
}

function toOuts(entry: unknown): readonly DvcOut[] {
  if (!isMapping(entry)) return [{ path: String(entry), remote: undefined }];
  return Object.entries(entry).map(([path, options]) => {
    const remote = isMapping(options) ? options['remote'] : undefined;
    return { path, remote: typeof remote === 'string' ? remote : undefined };
  });
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
