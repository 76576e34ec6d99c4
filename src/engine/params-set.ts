/** `params set`: one or more values in params files, each in its place; comments and layout stay. */
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { isParamMap, paramPath } from '../core/param-path.ts';
import type { ParamValue } from '../core/param-value.ts';
import type { YamlEdit } from '../core/yaml-edit.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { layoutOf } from '../store/layout.ts';
import { readTextIfThere } from '../store/read-if-there.ts';
import { rewrite } from './edit-pipeline.ts';
import { findRoot } from './load.ts';
import { createParamsReader } from './params.ts';

export interface ParamsSetOptions {
  /** Absolute. */
  readonly cwd: string;
  /** `key=value` or `file:key=value`; the value is YAML. */
  readonly assignments: readonly string[];
  /** Make keys that are not there. */
  readonly create?: boolean;
  /** Only say whether it could be done, and what would change. */
  readonly dry?: boolean;
}

export interface ParamChange {
  readonly file: string;
  readonly key: string;
  readonly was?: ParamValue;
  readonly now: ParamValue;
}

const DEFAULT_FILE = 'params.yaml';

/** All of them or none. Failures: no-pipeline, params-invalid, edit-refused. */
export async function setParams(options: ParamsSetOptions): Promise<Result<readonly ParamChange[], Failure>> {
  const root = findRoot(options.cwd);
  if (root === undefined) return err({ code: 'no-pipeline', from: options.cwd });
  const texts = new Map<string, string>();
  const changes: ParamChange[] = [];
  for (const assignment of options.assignments) {
    const set = await assign(root, { assignment, texts, create: options.create ?? false });
    if (!set.ok) return set;
    changes.push(set.value);
  }
  for (const [file, text] of options.dry ? [] : texts) {
    const written = rewrite(join(root, file), text);
    if (!written.ok) return written;
  }
  return ok(changes);
}

interface Assigning {
  readonly assignment: string;
  /** New texts of the files changed so far. */
  readonly texts: Map<string, string>;
  readonly create: boolean;
}

async function assign(root: string, { assignment, texts, create }: Assigning): Promise<Result<ParamChange, Failure>> {
  const { file, key, written } = split(assignment);
  const refuse = (problem: string, hint?: string) =>
    err({ code: 'edit-refused', file, problem, ...(hint && { hint }) } as const);
  if (key === '') return refuse(`\`${assignment}\` is no assignment`, 'write key=value');
  if (file.endsWith('.toml')) return refuse('TOML files have to be edited by hand');
  const { parseParams } = await import('../core/params-file.ts');
  const value = parseParams({ file: 'value.yaml', text: `value: ${written}\n` });
  const now = value.ok && isParamMap(value.value) ? value.value['value'] : undefined;
  if (now === undefined) return refuse(`\`${written}\` is no YAML value`, 'quote text that has special characters');
  const tree = await readTree(root, file, texts);
  if (!tree.ok) return tree;
  const path = paramPath(tree.value ?? {}, key);
  if (path.was === undefined && !create) {
    const hint =
      path.suggestion === undefined ? '--new makes it' : `did you mean \`${path.suggestion}\`? --new makes it`;
    return refuse(`it has no ${key}`, hint);
  }
  const { editYaml } = await import('../core/yaml-edit.ts');
  const edit: YamlEdit = { kind: 'set', path: path.parts, value: now, written };
  const edited = editYaml(texts.get(file) ?? readTextIfThere(join(root, file)) ?? '', edit);
  if (!edited.ok) return refuse(edited.error);
  texts.set(file, edited.value);
  return ok({ file, key, now, ...(path.was !== undefined && { was: path.was }) });
}

async function readTree(
  root: string,
  file: string,
  texts: ReadonlyMap<string, string>,
): Promise<Result<ParamValue | undefined, Failure>> {
  const text = texts.get(file);
  if (text === undefined) return await createParamsReader(layoutOf(root)).read(file);
  const { parseParams } = await import('../core/params-file.ts');
  return parseParams({ file, text });
}

/** `search.yaml:space.depth=3`; a colon in the value is the value's. */
function split(assignment: string): { file: string; key: string; written: string } {
  const [, target = '', written = ''] = /^([^=]*)=(.*)$/s.exec(assignment) ?? [];
  const [, file = DEFAULT_FILE, key = ''] = /^(?:([^:]+):)?(.*)$/s.exec(target) ?? [];
  return { file, key, written: written === '' ? '""' : written };
}
