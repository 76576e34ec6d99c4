/**
 * What DVC recorded: `dvc.lock` (schema 1 and 2), and the digests that `.dvc` files hold themselves. Pure.
 *
 * Values keep their type (an integer is a bigint), paths are as DVC wrote them, from their stage's folder.
 */
import { err, ok, type Result } from '../../lib/result.ts';
import { isParamMap } from '../param-path.ts';
import { type ParamValue, renderParam } from '../param-value.ts';
import { parseParams } from '../params-file.ts';
import { isMd5, type ManifestFile } from './manifest.ts';

export interface DvcRecord {
  readonly cmd: string | readonly string[];
  readonly deps: readonly DvcData[];
  /** By file, then by dotted key; of a whole file its top-level keys. */
  readonly params: ReadonlyMap<string, ReadonlyMap<string, ParamValue>>;
  readonly outs: readonly DvcData[];
}

/** One dep or out with what DVC knows of its content. */
export interface DvcData {
  readonly path: string;
  /** 32 hex digits, with `.dir` behind them for a folder; undefined: DVC recorded none (an ETag, say). */
  readonly md5: string | undefined;
  /** Of DVC 2: of a text the MD5 with LF for every CRLF. */
  readonly isLegacy: boolean;
  readonly isExec: boolean;
  readonly size: number | undefined;
  /** Of a folder in a remote that has versions: its files, instead of a `.dir`. */
  readonly files: readonly ManifestFile[] | undefined;
  /** The remote it was pushed to, when it names one. */
  readonly remote: string | undefined;
}

type Tree = { readonly [key: string]: ParamValue };

/** By stage. The failure is the rest of a sentence that begins with the file. */
export function parseDvcLock(text: string): Result<ReadonlyMap<string, DvcRecord>, string> {
  if (/^(<{7}|={7}|>{7})/m.test(text)) return err('has conflict markers');
  const parsed = parseParams({ file: 'dvc.lock.yaml', text });
  if (!parsed.ok) return err('is not valid YAML');
  if (!isParamMap(parsed.value)) return err('is no mapping');
  const schema = parsed.value['schema'];
  if (schema !== undefined && schema !== '2.0' && schema !== 2 && schema !== '1.0')
    return err(`has a schema that is not known: ${renderParam(schema)}`);
  // Schema 1 had the stages at the top.
  const stages = schema === undefined ? parsed.value : parsed.value['stages'];
  const records = Object.entries(isParamMap(stages) ? stages : {}).flatMap(([name, stage]) =>
    isParamMap(stage) ? [[name, toRecord(stage)] as const] : [],
  );
  return ok(new Map(records));
}

/** One file of DVC's run cache: what dvc.lock would hold, without the stage's name. Undefined: it is none. */
export function parseDvcRun(text: string): DvcRecord | undefined {
  const parsed = parseParams({ file: 'run.yaml', text });
  return parsed.ok && isParamMap(parsed.value) && 'cmd' in parsed.value ? toRecord(parsed.value) : undefined;
}

function toRecord(stage: Tree): DvcRecord {
  const { cmd, params } = stage;
  const files = Object.entries(isParamMap(params) ? params : {});
  return {
    cmd: commandOf(cmd),
    deps: listOf(stage['deps']).flatMap(toData),
    params: new Map(files.map(([file, keys]) => [file, new Map(Object.entries(isParamMap(keys) ? keys : {}))])),
    outs: listOf(stage['outs']).flatMap(toData),
  };
}

/** A number or a word that YAML takes for something else is text to a shell. */
export function commandOf(cmd: ParamValue | undefined): string | readonly string[] {
  const text = (value: ParamValue) => (typeof value === 'string' ? value : renderParam(value));
  if (isTexts(cmd)) return cmd.map(text);
  return cmd === undefined || cmd === null ? '' : text(cmd);
}

const isTexts = (value: ParamValue | undefined): value is readonly ParamValue[] => Array.isArray(value);

export function toData(entry: Tree): readonly DvcData[] {
  const { path, md5, hash, isexec, size, files, remote } = entry;
  if (typeof path !== 'string') return [];
  const listed = Array.isArray(files) ? listOf(files).flatMap(toManifestFile) : undefined;
  return [
    {
      path,
      md5: typeof md5 === 'string' && isMd5(md5.replace(/\.dir$/, '')) ? md5 : undefined,
      isLegacy: hash === undefined && listed === undefined,
      isExec: isexec === true,
      size: typeof size === 'bigint' ? Number(size) : undefined,
      files: listed,
      remote: typeof remote === 'string' ? remote : undefined,
    },
  ];
}

function toManifestFile({ relpath, md5 }: Tree): readonly ManifestFile[] {
  return typeof relpath === 'string' && typeof md5 === 'string' ? [{ relpath, md5 }] : [];
}

export const listOf = (value: ParamValue | undefined): readonly Tree[] =>
  Array.isArray(value) ? value.filter((item: ParamValue) => isParamMap(item)) : [];
