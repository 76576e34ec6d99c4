/**
 * A dvc.yaml as the pipeline.yaml that means the same: comments, order, anchors and templates stay; what
 * pipe has nothing like is taken out and noted. Pure; DVC's own file is never changed.
 */
import { type Document, isScalar, type Pair, parseDocument, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { foldPath } from '../root-path.ts';
import { expandAliases, hasBrokenAlias } from './aliases.ts';
import { pathAt, scalarLike, type StageAt } from './convert-entries.ts';
import { convertStage } from './convert-stage.ts';
import { below, note, type Note, noteTemplate, type Spot } from './note.ts';
import { isNothing, keyText, listIn, mapOf, pairOf, removePair, textOf } from './yaml-nodes.ts';

export interface PipelineTextOptions {
  /** Of the dvc.yaml, root-relative. */
  readonly file: string;
  readonly root: string;
  readonly isKnownFile: (path: string) => boolean;
}

export interface PipelineText {
  readonly document: Document;
  readonly notes: readonly Note[];
  /** Stages and groups that could not keep their name. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** `text` is valid YAML. */
export function toPipelineDocument(text: string, options: PipelineTextOptions): PipelineText {
  const plain = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const read = (): Document => parseDocument(plain, { version: '1.2', merge: true });
  const converted = convertDocument(read(), options);
  if (!hasBrokenAlias(converted.document)) return converted;
  const document = read();
  expandAliases(document);
  return convertDocument(document, options);
}

function convertDocument(document: Document, { file, root, isKnownFile }: PipelineTextOptions): PipelineText {
  const notes: Note[] = [];
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
  const at: FileAt = { document, spot: { file, path: '', notes }, folder, root, isKnownFile };
  if (document.contents === null || mapOf(document, document.contents) === undefined) document.contents = new YAMLMap();
  const top = mapOf(document, document.contents) ?? new YAMLMap();
  withoutEditorLines(document, top);
  convertTop(at, top);
  const renamed = convertStages(at, top);
  return { document, notes, renamed };
}

interface FileAt extends Omit<StageAt, 'wdir'> {
  readonly folder: string;
}

/** The schema that an editor was told of is dvc.yaml's. */
function withoutEditorLines(document: Document, top: YAMLMap): void {
  const strip = (comment: string | null | undefined): string | null => {
    const lines = (comment ?? '').split('\n').filter((line) => !/^\s*yaml-language-server/.test(line));
    return lines.length === 1 && lines[0] === '' ? null : lines.join('\n');
  };
  document.commentBefore = strip(document.commentBefore);
  const first = top.items[0]?.key;
  if (isScalar(first)) first.commentBefore = strip(first.commentBefore);
}

const TOP_KEYS = ['vars', 'stages', 'params', 'metrics', 'plots', 'artifacts'];

function convertTop(at: FileAt, top: YAMLMap): void {
  const { document, spot } = at;
  for (const pair of top.items.slice()) {
    const key = keyText(pair);
    if (!TOP_KEYS.includes(key)) {
      note(
        below(spot, key),
        'lost',
        key === 'datasets' ? 'datasets belong to DVC Studio and its remotes' : `\`${key}\` is no key of pipeline.yaml`,
      );
      removePair(top, pair);
    } else if (key === 'plots') {
      pair.value = plotsAsList(document, pair);
      noteTemplates(at, listIn(document, pair.value));
    }
    if (key === 'artifacts') convertArtifacts(at, mapOf(document, pair.value));
    if (key === 'params' || key === 'metrics') convertFiles(at, key, listIn(document, pair.value));
  }
  if (pairOf(top, 'stages') === undefined || isNothing(document, top.get('stages', true)))
    top.set('stages', document.createNode({}, { flow: true }));
}

/** For a while DVC had them as a mapping. */
function plotsAsList(document: Document, { value }: Pair): unknown {
  const map = mapOf(document, value);
  if (map === undefined) return value;
  const list = new YAMLSeq();
  for (const pair of map.items) {
    const item = new YAMLMap();
    item.items.push(pair);
    list.items.push(item);
  }
  return list;
}

function noteTemplates({ document, spot }: FileAt, plots: YAMLSeq | undefined): void {
  for (const [index, item] of plots?.items.entries() ?? []) {
    for (const { value } of mapOf(document, item)?.items ?? []) {
      const options = mapOf(document, value);
      noteTemplate(below(below(spot, 'plots'), index), textOf(document, options && pairOf(options, 'template')?.value));
    }
  }
}

function convertFiles(at: FileAt, key: 'params' | 'metrics', files: YAMLSeq | undefined): void {
  if (files === undefined) return;
  files.items = files.items.flatMap((item, index) => {
    const spot = below(below(at.spot, key), index);
    const written = textOf(at.document, item);
    if (written === undefined) return isNothing(at.document, item) ? [] : [item];
    const found = pathAt({ wdir: at.folder, root: at.root }, written);
    if (found.kind === 'path') return [found.written === written ? item : scalarLike(item, found.written)];
    note(spot, 'lost', `\`${written}\` ${found.kind === 'url' ? 'is an address' : found.why}`);
    return [];
  });
}

const ARTIFACT_KEYS = ['path', 'type', 'desc', 'labels', 'meta', '<<'];

function convertArtifacts(at: FileAt, artifacts: YAMLMap | undefined): void {
  for (const pair of artifacts?.items.slice() ?? []) {
    const spot = below(below(at.spot, 'artifacts'), keyText(pair));
    const artifact = mapOf(at.document, pair.value);
    const path = textOf(at.document, artifact && pairOf(artifact, 'path')?.value);
    const found = path === undefined ? undefined : pathAt({ wdir: at.folder, root: at.root }, path);
    if (artifact === undefined || path === undefined || found?.kind !== 'path') {
      note(
        spot,
        'lost',
        `the artifact: ${found?.kind === 'refused' ? `\`${path}\` ${found.why}` : 'it names no path'}`,
      );
      if (artifacts !== undefined) removePair(artifacts, pair);
      continue;
    }
    if (found.written !== path) artifact.set('path', found.written);
    for (const own of artifact.items.slice()) {
      if (ARTIFACT_KEYS.includes(keyText(own))) continue;
      note(below(spot, keyText(own)), 'lost', `\`${keyText(own)}\` is no key of an artifact`);
      removePair(artifact, own);
    }
    rename(spot, pair, new Set());
  }
}

function convertStages(at: FileAt, top: YAMLMap): ReadonlyMap<string, string> {
  const { document } = at;
  const stages = mapOf(document, top.get('stages', true));
  const renamed = new Map<string, string>();
  const taken = new Set<string>();
  const done = new Set<YAMLMap>();
  for (const pair of stages?.items.slice() ?? []) {
    const name = keyText(pair);
    if (name === '<<') continue;
    const spot = below(below(at.spot, 'stages'), name);
    const definition = mapOf(document, pair.value);
    const body = definition && (mapOf(document, pairOf(definition, 'do')?.value) ?? definition);
    // An anchored definition may be several stages: it is changed once.
    const isKept = body !== undefined && (done.has(body) || convertStage({ ...at, spot }, body));
    if (body !== undefined) done.add(body);
    if (!isKept || definition === undefined) {
      if (body === undefined) note(spot, 'lost', 'it is no definition of a stage');
      stages?.items.splice(stages.items.indexOf(pair), 1);
      continue;
    }
    const now = rename(spot, pair, taken);
    taken.add(foldPath(now));
    if (now !== name) renamed.set(name, now);
  }
  return renamed;
}

/** Letters, digits, _ and -: a name is part of file names, of keys and of `file:stage`. */
function rename(spot: Spot, pair: Pair, taken: ReadonlySet<string>): string {
  const was = keyText(pair);
  const plain = was.replaceAll(/[^\p{L}\p{N}_-]/gu, '_').replace(/^-/, '_') || '_';
  let name = plain;
  for (let count = 2; taken.has(foldPath(name)); count++) name = `${plain}_${count}`;
  if (name === was) return name;
  pair.key = scalarLike(pair.key, name);
  note(
    spot,
    'changed',
    `\`${was}\` is called \`${name}\`: names have letters, digits, _ and -, and differ in more than case`,
  );
  return name;
}

/** The text of a document as it is written. `like`: the text it came from, whose lists are indented so. */
export function renderDocument(document: Document, like: string): string {
  const indentSeq = !/^( *)[^\s#-][^\n]*:[^\S\n]*\r?\n\1- /m.test(like);
  return document.toString({ lineWidth: 0, indentSeq, flowCollectionPadding: false });
}

/** A list of texts under a key at the end of a document, each with what is to be said of it above it. */
export function addList(
  document: Document,
  key: string,
  entries: readonly { readonly text: string; readonly comment?: string }[],
): void {
  if (entries.length === 0) return;
  const list = new YAMLSeq();
  for (const { text, comment } of entries) {
    const item = new Scalar(text);
    if (comment !== undefined) item.commentBefore = comment;
    list.items.push(item);
  }
  const top = mapOf(document, document.contents);
  const pair = document.createPair(key, list);
  if (isScalar(pair.key)) pair.key.spaceBefore = true;
  top?.items.push(pair);
}

/** Names of stages and groups that a dvc.yaml defines. */
export function namesIn(text: string): readonly string[] {
  const document: Document = parseDocument(text, { version: '1.2', merge: true });
  const top = mapOf(document, document.contents);
  return (mapOf(document, top?.get('stages', true))?.items ?? []).map(keyText);
}

/** The text of a dvc.yaml with more stages at its end. One that is no YAML comes back as it is. */
export function withStages(text: string, stages: ReadonlyMap<string, unknown>): string {
  const document: Document = parseDocument(text, { version: '1.2', merge: true });
  if (document.errors.length > 0) return text;
  if (mapOf(document, document.contents) === undefined) document.contents = document.createNode({});
  for (const [name, definition] of stages) document.setIn(['stages', name], document.createNode(definition));
  return document.toString({ lineWidth: 0 });
}
