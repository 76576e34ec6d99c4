/**
 * One stage (or the `do` of a group) of dvc.yaml, changed in place into what pipeline.yaml takes. Pure.
 *
 * A command of several lines becomes a list: DVC ran each line in a shell of its own. Templates stay.
 */
import { isScalar, type Pair, Scalar, type YAMLMap, YAMLSeq } from 'yaml';
import { resolveFromRoot } from '../root-path.ts';
import { commented, convertDeps, convertParams, pathAt, scalarLike, type StageAt } from './convert-entries.ts';
import { convertOuts } from './convert-outs.ts';
import { below, note } from './note.ts';
import { shellFor } from './shell.ts';
import { keyText, listIn, pairOf, removePair, textOf, textOfScalar } from './yaml-nodes.ts';

const STAGE_KEYS =
  'cmd wdir deps params vars frozen meta desc always_changed outs metrics plots matrix << do foreach'.split(' ');

/** Of the file, where the stage's `wdir` starts. */
export interface BodyAt extends Omit<StageAt, 'wdir'> {
  readonly folder: string;
}

/** Whether the stage can be kept: it has a command, and a folder to run it in. */
export function convertStage({ folder, ...at }: BodyAt, body: YAMLMap): boolean {
  const wdir = convertWdir({ ...at, wdir: folder }, body);
  if (wdir === undefined) return false;
  const stage: StageAt = { ...at, wdir };
  const { document, spot } = stage;
  convertKeys(stage, body);
  convertCommand(stage, body);
  const params = listIn(document, pairOf(body, 'params')?.value);
  const unread = params === undefined ? [] : convertParams(stage, params);
  const deps = listIn(document, pairOf(body, 'deps')?.value);
  if (deps !== undefined) convertDeps(stage, deps);
  addDeps(stage, body, unread);
  for (const key of ['outs', 'metrics', 'plots'] as const) {
    const outs = listIn(document, pairOf(body, key)?.value);
    if (outs !== undefined) convertOuts(stage, key, outs);
  }
  for (const key of ['deps', 'params', 'outs', 'metrics', 'plots']) {
    const pair = pairOf(body, key);
    if (pair !== undefined && listIn(document, pair.value)?.items.length === 0) removePair(body, pair);
  }
  if (pairOf(body, 'cmd') === undefined && !body.items.some((pair) => keyText(pair) === '<<')) {
    note(spot, 'lost', 'it has no command: DVC cannot run it either');
    return false;
  }
  return true;
}

function convertWdir(stage: StageAt, body: YAMLMap): string | undefined {
  const pair = pairOf(body, 'wdir');
  const written = textOf(stage.document, pair?.value);
  if (pair === undefined || written === undefined) return stage.wdir;
  const found = pathAt(stage, written);
  if (found.kind !== 'path') {
    note(
      below(stage.spot, 'wdir'),
      'lost',
      `the stage: its folder \`${written}\` ${found.kind === 'refused' ? found.why : 'is an address'}`,
    );
    return undefined;
  }
  if (found.written !== written) pair.value = scalarLike(pair.value, found.written);
  const resolved = resolveFromRoot(stage.wdir, found.written);
  return resolved.ok ? resolved.value : stage.wdir;
}

function convertKeys({ document, spot }: StageAt, body: YAMLMap): void {
  for (const pair of body.items.slice()) {
    const key = keyText(pair);
    if (STAGE_KEYS.includes(key)) continue;
    if (key === 'locked') {
      pair.key = new Scalar('frozen');
      continue;
    }
    removePair(body, pair);
    const value = textOf(document, pair.value);
    const hint = key === 'live' ? ': what DVCLive writes can be named under outs and metrics' : '';
    note(below(spot, key), 'lost', `\`${key}${value === undefined ? '' : `: ${value}`}\`${hint}`);
  }
}

/** As Python's `splitlines` does. */
const LINE_END = /\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/;

function convertCommand({ document, spot }: StageAt, body: YAMLMap): void {
  const pair = pairOf(body, 'cmd');
  if (pair === undefined) return;
  const text = textOf(document, pair.value);
  const listed = listIn(document, pair.value);
  if (listed !== undefined) {
    listed.items = listed.items.flatMap((item) => (textOf(document, item)?.trim() === '' ? [] : [asText(item)]));
  }
  const lines = (text ?? '').split(LINE_END).filter((line) => line.trim() !== '');
  if (lines.length > 1) pair.value = toList(lines, pair);
  else if (text !== undefined && lines[0] !== undefined && isBlock(pair)) pair.value = scalarLike(pair.value, lines[0]);
  if (lines.length > 1 && lines.some((line) => line.trimEnd().endsWith('\\')))
    note(
      below(spot, 'cmd'),
      'changed',
      'a line ends in \\: DVC gave each line a shell of its own, and so does the list it is now; write it as one line if it was meant as one',
    );
  const scripts = listed === undefined ? lines : listed.items.flatMap((item) => textOf(document, item) ?? []);
  const shell = shellFor(scripts);
  if (shell === undefined) return;
  const at = body.items.indexOf(pair) + 1;
  body.items.splice(at, 0, document.createPair('shell', document.createNode(shell, { flow: true })));
}

/** A literal block of one line; a folded one stays, since its author wanted the breaks. */
const isBlock = ({ value }: Pair): boolean => isScalar(value) && value.type === 'BLOCK_LITERAL';

/** Lines that are only a comment stay as that: a shell of their own does nothing with them. */
function toList(lines: readonly string[], { value }: Pair): YAMLSeq {
  const list = new YAMLSeq();
  let comments: readonly string[] = [];
  for (const line of lines) {
    if (line.trimStart().startsWith('#')) {
      comments = [...comments, line.trimStart().slice(1)];
      continue;
    }
    const item = new Scalar(line.trim());
    if (comments.length > 0) item.commentBefore = comments.join('\n');
    comments = [];
    list.items.push(item);
  }
  if (comments.length > 0) list.comment = comments.join('\n');
  return commented(list, value);
}

const asText = (item: unknown): unknown =>
  isScalar(item) && item.value !== null && typeof item.value !== 'string' ? scalarLike(item, textOfScalar(item)) : item;

function addDeps({ document }: StageAt, body: YAMLMap, paths: readonly string[]): void {
  if (paths.length === 0) return;
  const known = listIn(document, pairOf(body, 'deps')?.value);
  const deps = known ?? new YAMLSeq();
  const written = new Set(deps.items.flatMap((item) => textOf(document, item) ?? []));
  for (const path of paths) if (!written.has(path)) deps.items.push(new Scalar(path));
  if (known === undefined) body.set('deps', deps);
}
