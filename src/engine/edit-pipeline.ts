/**
 * Changes in pipeline.yaml that a verb makes for its user: one thing, all other bytes kept, and
 * never one that would leave a pipeline that cannot be read.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import type { Place, Stage } from '../core/pipeline.ts';
import type { YamlEdit } from '../core/yaml-edit.ts';
import type { PathPart } from '../core/yaml-place.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { layoutOf } from '../store/layout.ts';
import { publishFile } from '../store/publish.ts';
import { readTextIfThere } from '../store/read-if-there.ts';
import { systemFailure } from '../store/system-failure.ts';
import type { LoadedPipeline } from './load.ts';
import { readPipeline } from './read-pipeline.ts';

export interface FileEdit {
  /** Root-relative. */
  readonly file: string;
  readonly edit: YamlEdit;
}

/** One after the other, written once each file. Failures: edit-refused, pipeline-invalid. */
export async function editPipeline(root: string, edits: readonly FileEdit[]): Promise<Result<void, Failure>> {
  const { editYaml } = await import('../core/yaml-edit.ts');
  const texts = new Map<string, string>();
  for (const { file, edit } of edits) {
    const edited = editYaml(texts.get(file) ?? readTextIfThere(join(root, file)) ?? '', edit);
    if (!edited.ok) return err({ code: 'edit-refused', file, problem: edited.error });
    texts.set(file, edited.value);
  }
  const checked = await check(root, texts);
  if (!checked.ok) return checked;
  for (const [file, text] of texts) {
    const written = rewrite(join(root, file), text);
    if (!written.ok) return written;
  }
  return ok(undefined);
}

/** A file of the user's with another text and the mode it had. */
export function rewrite(file: string, text: string): Result<void, Failure> {
  try {
    publishFile(file, text, { mode: (statSync(file, { throwIfNoEntry: false })?.mode ?? 0o644) & 0o777 });
    return ok(undefined);
  } catch (error) {
    return err(systemFailure(error, { operation: 'write', path: file }));
  }
}

async function check(root: string, texts: ReadonlyMap<string, string>): Promise<Result<void, Failure>> {
  const read = await readPipeline(layoutOf(root), texts);
  return read.ok ? ok(undefined) : read;
}

export interface Definition {
  readonly file: string;
  /** The stage's, or its group's. */
  readonly key: readonly PathPart[];
  /** Where `cmd` and the like stand: below the `do` of a `foreach`. */
  readonly body: readonly PathPart[];
}

/**
 * Where in its file a stage is defined. Several stages may come from one definition (a group): then all
 * of them have to be meant. Failures: edit-refused.
 */
export async function definitionOf(
  { root, pipeline }: LoadedPipeline,
  stage: Stage,
  meant: readonly string[],
): Promise<Result<Definition, Failure>> {
  const { file } = stage.place;
  const siblings = pipeline.stages.filter(({ place }) => isSamePlace(place, stage.place)).map(({ name }) => name);
  const forgotten = siblings.filter((name) => !meant.includes(name));
  if (forgotten.length > 0) {
    const problem = `${stage.name} is one of a group that is defined in one place, with ${forgotten.join(', ')}`;
    return err({ code: 'edit-refused', file, problem, hint: `name the whole group: ${stage.name.split('@')[0]}` });
  }
  const { hasKey, keyAt } = await import('../core/yaml-edit.ts');
  const text = readTextIfThere(join(root, file)) ?? '';
  const key = keyAt(text, stage.place);
  if (key === undefined)
    return err({ code: 'edit-refused', file, problem: `the definition of ${stage.name} was not found` });
  return ok({ file, key, body: hasKey(text, [...key, 'do']) ? [...key, 'do'] : key });
}

const isSamePlace = (a: Place, b: Place): boolean => a.file === b.file && a.line === b.line && a.column === b.column;
