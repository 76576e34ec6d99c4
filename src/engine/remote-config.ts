/**
 * `remote add`, `modify`, `remove` and `default`: changes of `.pipe/config.yaml`, which is committed, or of
 * `.pipe/config.local.yaml`, which git ignores. What is secret goes into the second, whatever was asked for.
 */
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { addressProblem, type RemoteTable, LOCAL_KEYS, shownUrl } from '../core/remote-settings.ts';
import type { YamlEdit } from '../core/yaml-edit.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { layoutOf } from '../store/layout.ts';
import { preparePipeFolder } from '../store/pipe-folder.ts';
import { publishFile } from '../store/publish.ts';
import { readTextIfThere } from '../store/read-if-there.ts';
import { systemFailure } from '../store/system-failure.ts';
import { type LoadedPipeline, loadPipeline } from './load.ts';
import { knownRemotes } from './remotes.ts';

export interface RemoteRow {
  readonly name: string;
  readonly url: string;
  readonly isUsual: boolean;
  readonly isReadOnly: boolean;
}

/** Sorted by name. Failures: no-pipeline, pipeline-invalid, config-invalid. */
export async function listRemotes(cwd: string): Promise<Result<readonly RemoteRow[], Failure>> {
  const known = await loadKnown(cwd);
  if (!known.ok) return known;
  const { table, usual } = known.value;
  const rows = Object.entries(table).map(([name, { url = '', read_only = false }]) => ({
    name,
    url: shownUrl(url),
    isUsual: name === usual,
    isReadOnly: read_only || /^https?:/.test(url),
  }));
  return ok(rows.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

export interface RemoteEdit {
  /** Absolute. */
  readonly cwd: string;
  readonly name: string;
  /** Write into the file that git ignores. */
  readonly local: boolean;
}

/** Root-relative names of the files that were changed. */
type Changed = Result<readonly string[], Failure>;

const COMMITTED = '.pipe/config.yaml';
const LOCAL = '.pipe/config.local.yaml';

/** `isUsual`: from now on the one that is meant where none is named. */
export async function addRemote(
  edit: RemoteEdit & { readonly url: string; readonly isUsual: boolean },
): Promise<Changed> {
  const { cwd, name, url, isUsual } = edit;
  const known = await loadKnown(cwd);
  if (!known.ok) return known;
  if (known.value.table[name] !== undefined)
    return refuse(`there is a remote \`${name}\` already`, '`pipe remote modify` changes it');
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name))
    return refuse(`\`${name}\` cannot be a name`, 'letters, digits, _, . and - are allowed; the first is no - or .');
  if (/^[a-z0-9+]+:\/\/[^/@:]+:[^/@]+@/i.test(url))
    return refuse('its URL holds a password', 'leave it out, and set it: `pipe remote modify NAME password …`');
  const wrong = addressProblem(url);
  if (wrong !== undefined) return refuse(wrong.problem, wrong.hint);
  const edits: YamlEdit[] = [{ kind: 'set', path: ['remotes', name, 'url'], value: url }];
  // Who has one remote means that one, also when there will be more.
  if (isUsual || Object.keys(known.value.table).length === 0)
    edits.push({ kind: 'set', path: ['remote'], value: name });
  return await write(known.value.loaded, fileFor(edit), edits);
}

/** `value` undefined: taken away, so that the default counts. */
export async function modifyRemote(
  edit: RemoteEdit & { readonly key: string; readonly value: string | undefined },
): Promise<Changed> {
  const { cwd, name, key, value, local } = edit;
  const known = await loadKnown(cwd);
  if (!known.ok) return known;
  const unknown = unknownRemote(known.value.table, name);
  if (unknown !== undefined) return err(unknown);
  const wrong = key === 'url' && value !== undefined ? addressProblem(value) : undefined;
  if (wrong !== undefined) return refuse(wrong.problem, wrong.hint);
  const file = fileFor({ local: local || LOCAL_KEYS.includes(key) });
  const path = ['remotes', name, key];
  const edits: YamlEdit[] = [
    value === undefined ? { kind: 'remove', path } : { kind: 'set', path, value: typed(key, value) },
  ];
  return await write(known.value.loaded, file, edits);
}

/** From both files; what pipeline.yaml says is for its author to take out. */
export async function removeRemote({ cwd, name }: Pick<RemoteEdit, 'cwd' | 'name'>): Promise<Changed> {
  const known = await loadKnown(cwd);
  if (!known.ok) return known;
  const { loaded, table } = known.value;
  const unknown = unknownRemote(table, name);
  if (unknown !== undefined) return err(unknown);
  if (loaded.pipeline.remotes[name] !== undefined)
    return err({
      code: 'edit-refused',
      file: 'pipeline.yaml',
      problem: `it declares the remote ${name}`,
      hint: 'take it out there',
    });
  const changed: string[] = [];
  for (const file of [COMMITTED, LOCAL]) {
    const text = readTextIfThere(join(loaded.root, file));
    if (text === undefined) continue;
    const { hasKey } = await import('../core/yaml-edit.ts');
    if (!hasKey(text, ['remotes', name])) continue;
    const written = await write(loaded, file, [{ kind: 'remove', path: ['remotes', name] }]);
    if (!written.ok) return written;
    changed.push(...written.value);
  }
  return ok(changed);
}

export async function setUsualRemote(edit: RemoteEdit): Promise<Changed> {
  const known = await loadKnown(edit.cwd);
  if (!known.ok) return known;
  const unknown = unknownRemote(known.value.table, edit.name);
  if (unknown !== undefined) return err(unknown);
  return await write(known.value.loaded, fileFor(edit), [{ kind: 'set', path: ['remote'], value: edit.name }]);
}

async function loadKnown(cwd: string) {
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const known = await knownRemotes(loaded.value);
  return known.ok ? ok({ loaded: loaded.value, ...known.value }) : known;
}

const fileFor = ({ local }: Pick<RemoteEdit, 'local'>): string => (local ? LOCAL : COMMITTED);

function unknownRemote(table: RemoteTable, name: string): Failure | undefined {
  return table[name] === undefined
    ? { code: 'remote-unknown', remote: name, known: Object.keys(table).sort() }
    : undefined;
}

const refuse = (problem: string, hint: string): Changed =>
  err({ code: 'edit-refused', file: COMMITTED, problem, hint });

/** A password of digits is text all the same. */
function typed(key: string, value: string): string | number | boolean {
  if (key === 'timeout') return Number(value);
  return FLAGS.includes(key) && (value === 'true' || value === 'false') ? value === 'true' : value;
}

const FLAGS: readonly string[] = ['path_style', 'anonymous', 'read_only'];

/** The whole file is checked before a byte of it is written: a typo must not stop every other verb. */
async function write({ root }: LoadedPipeline, file: string, edits: readonly YamlEdit[]): Promise<Changed> {
  const { editYaml } = await import('../core/yaml-edit.ts');
  const { parseConfig } = await import('../core/config-file.ts');
  let text = readTextIfThere(join(root, file)) ?? '';
  for (const edit of edits) {
    const edited = editYaml(text, edit);
    if (!edited.ok) return err({ code: 'edit-refused', file, problem: edited.error });
    text = edited.value;
  }
  const checked = parseConfig({ file, text });
  if (!checked.ok) return checked;
  try {
    preparePipeFolder(layoutOf(root));
    // Keys of an account: nobody else on this machine is to read them.
    publishFile(join(root, file), text, { mode: file === LOCAL ? 0o600 : 0o644 });
    return ok([file]);
  } catch (error) {
    return err(systemFailure(error, { operation: 'write', path: file }));
  }
}
