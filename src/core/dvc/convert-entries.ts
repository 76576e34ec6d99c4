/**
 * The `deps` and `params` of a stage in dvc.yaml, changed in place into what pipeline.yaml takes. What it
 * cannot take is taken out and noted. Pure.
 */
import { type Document, isAlias, isScalar, type Node, type Pair, Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { isGlob } from '../glob.ts';
import { below, note, type Spot } from './note.ts';
import { type DvcPath, readDvcPath } from './path.ts';
import { isNothing, keyText, listIn, mapOf, removePair, textOf } from './yaml-nodes.ts';

export interface StageAt {
  readonly document: Document;
  readonly spot: Spot;
  /** Root-relative, as far as it is known: templates stand in it as they are. */
  readonly wdir: string;
  /** Absolute, with `/`. */
  readonly root: string;
  /** Whether a file of exactly this name is there, or DVC recorded one. */
  readonly isKnownFile: (path: string) => boolean;
}

export function convertDeps(stage: StageAt, deps: YAMLSeq): void {
  deps.items = deps.items.flatMap((item, index) =>
    convertDep({ ...stage, spot: below(below(stage.spot, 'deps'), index) }, item),
  );
}

function convertDep(stage: StageAt, item: unknown): readonly unknown[] {
  const { document, spot } = stage;
  const written = textOf(document, item);
  if (written === undefined) return isNothing(document, item) ? [] : [item];
  const found = pathAt({ ...stage, isDep: true }, written);
  if (found.kind === 'refused') {
    note(spot, 'lost', `dep \`${written}\` ${found.why}`);
    return [];
  }
  if (found.kind === 'url') return [commented(document.createNode({ url: written }, { flow: true }), item)];
  if (!isGlob(withoutTemplates(found.written)))
    return [written === found.written ? item : scalarLike(item, found.written)];
  if (!hasTemplate(written) && !stage.isKnownFile(found.path)) {
    note(
      spot,
      'changed',
      `dep \`${written}\`: DVC looks for a file of that name and finds none; pipe takes it as a glob`,
    );
    return [item];
  }
  return [commented(document.createNode({ path: found.written }, { flow: true }), item)];
}

/** Params files that pipe reads; of any other, content counts instead of values. */
const READABLE = /\.(ya?ml|json|toml)$/i;

/** Returns files that have to become deps: their values cannot be read. */
export function convertParams(stage: StageAt, params: YAMLSeq): readonly string[] {
  const { document } = stage;
  const seen = new Set<string>();
  const unread: string[] = [];
  params.items = params.items.flatMap((item, index) => {
    const at = { ...stage, spot: below(below(stage.spot, 'params'), index) };
    const key = textOf(document, item);
    if (key !== undefined) return firstTime(seen, `params.yaml\0${key}`) ? [asText(item, key)] : [];
    const map = mapOf(document, item);
    if (map === undefined) return isNothing(document, item) ? [] : [item];
    for (const pair of map.items.slice()) unread.push(...convertParamsFile(at, { map, pair, seen }));
    return map.items.length === 0 ? [] : [item];
  });
  return unread;
}

interface ParamsFile {
  readonly map: YAMLMap;
  readonly pair: Pair;
  readonly seen: Set<string>;
}

function convertParamsFile(stage: StageAt, { map, pair, seen }: ParamsFile): readonly string[] {
  const { document, spot } = stage;
  const file = keyText(pair);
  const found = pathAt(stage, file);
  if (found.kind !== 'path') {
    note(spot, 'lost', `params file \`${file}\` ${found.kind === 'url' ? 'is an address' : found.why}`);
    removePair(map, pair);
    return [];
  }
  if (!hasTemplate(file) && !READABLE.test(file)) {
    const kind = file.endsWith('.py')
      ? 'Python: pipe reads no values from programs'
      : 'of a kind that pipe does not read';
    note(
      spot,
      'lost',
      `params file \`${file}\` is ${kind} (yaml, json and toml it does); the whole file is a dep instead`,
    );
    removePair(map, pair);
    return [found.written];
  }
  if (found.written !== file) pair.key = scalarLike(pair.key, found.written);
  const keys = listIn(document, pair.value);
  if (keys !== undefined && keys.items.length > 0) {
    keys.items = keys.items.filter((key) => firstTime(seen, `${found.written}\0${textOf(document, key)}`));
    if (keys.items.length === 0) removePair(map, pair);
  } else if (!firstTime(seen, `${found.written}\0`)) removePair(map, pair);
  else if (keys !== undefined) pair.value = new Scalar(null);
  return [];
}

const asText = (item: unknown, text: string): unknown =>
  isScalar(item) && typeof item.value !== 'string' ? scalarLike(item, text) : item;

const firstTime = (seen: Set<string>, key: string): boolean => !seen.has(key) && Boolean(seen.add(key));

/** A path with a template in it is left as it is but for backslashes: what it will be is not known here. */
export function pathAt(
  { wdir, root, isDep = false }: Pick<StageAt, 'wdir' | 'root'> & { readonly isDep?: boolean },
  written: string,
): DvcPath {
  if (!hasTemplate(written)) return readDvcPath(written, { folder: wdir, root, isDep });
  const path = written.replaceAll(/\\(?!\$\{)/g, '/');
  return { kind: 'path', path, written: path };
}

const hasTemplate = (text: string): boolean => text.includes('${');

export const withoutTemplates = (text: string): string => text.replaceAll(/\$\{[^}]*\}/g, 'x');

/** Another text with the same comments, under the same anchor. */
export function scalarLike(node: unknown, text: string): Scalar {
  return commented(new Scalar(text), node);
}

export function commented<T extends Node>(node: T, like: unknown): T {
  if (isScalar(like)) {
    node.commentBefore = like.commentBefore ?? null;
    node.comment = like.comment ?? null;
    if (like.spaceBefore === true) node.spaceBefore = true;
    if (like.anchor !== undefined && !isAlias(node)) node.anchor = like.anchor;
  }
  return node;
}
