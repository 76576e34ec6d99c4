/**
 * The `outs`, `metrics` and `plots` of a stage in dvc.yaml, changed in place into what pipeline.yaml takes. What it
 * cannot take is taken out and noted. Pure.
 */
import { isMap, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { isGlob } from '../glob.ts';
import { pathAt, scalarLike, type StageAt, withoutTemplates } from './convert-entries.ts';
import { below, note, noteTemplate } from './note.ts';
import { isNothing, keyText, listIn, mapOf, removePair, textOf } from './yaml-nodes.ts';

export type OutsKey = 'outs' | 'metrics' | 'plots';

const OUT_KEYS = ['cache', 'persist', 'push', 'desc', 'type', 'labels', 'meta'];
const PLOT_KEYS = [...OUT_KEYS, 'x', 'y', 'x_label', 'y_label', 'title', 'template', 'header'];

export function convertOuts(stage: StageAt, key: OutsKey, outs: YAMLSeq): void {
  const { document } = stage;
  outs.items = outs.items.flatMap((item, index) => {
    const at = { ...stage, spot: below(below(stage.spot, key), index) };
    const written = textOf(document, item);
    if (written !== undefined) {
      const path = outPath(at, written);
      return path === undefined ? [] : [path === written ? item : scalarLike(item, path)];
    }
    const map = mapOf(document, item);
    if (map === undefined) return isNothing(document, item) ? [] : [item];
    for (const pair of map.items.slice()) convertOut(at, { key, map, pair });
    return map.items.length === 0 ? [] : [item];
  });
}

function outPath(stage: StageAt, written: string): string | undefined {
  const found = pathAt(stage, written);
  const why = found.kind === 'url' ? 'is an address' : found.kind === 'refused' ? found.why : undefined;
  if (why !== undefined) note(stage.spot, 'lost', `out \`${written}\` ${why}`);
  if (found.kind !== 'path') return undefined;
  if (!isGlob(withoutTemplates(found.written))) return found.written;
  note(stage.spot, 'lost', `out \`${written}\` looks like a glob, and an out of pipe is one path: name it otherwise`);
  return undefined;
}

interface OutAt {
  readonly key: OutsKey;
  readonly map: YAMLMap;
  readonly pair: Pair;
}

function convertOut(stage: StageAt, { key, map, pair }: OutAt): void {
  const { document, spot } = stage;
  const written = keyText(pair);
  const path = outPath(stage, written);
  if (path === undefined) return removePair(map, pair);
  if (path !== written) pair.key = scalarLike(pair.key, path);
  const several = listIn(document, pair.value);
  if (several !== undefined) {
    if (several.items.length > 1)
      note(
        spot,
        'lost',
        `plot \`${written}\` is drawn in ${several.items.length} ways: only the first is kept here; others can stand under the top level \`plots\``,
      );
    const [first] = several.items;
    pair.value = isMap(first) ? first : null;
  }
  const options = mapOf(document, pair.value);
  if (options !== undefined) convertOptions(stage, { key, written, options });
}

function convertOptions(
  { document, spot }: StageAt,
  { key, written, options }: { readonly key: OutsKey; readonly written: string; readonly options: YAMLMap },
): void {
  const known = key === 'plots' ? PLOT_KEYS : OUT_KEYS;
  for (const pair of options.items.slice()) {
    const name = keyText(pair);
    if (name === 'template') noteTemplate(spot, textOf(document, pair.value));
    if (name === '<<' || known.includes(name)) continue;
    const value = textOf(document, pair.value);
    removePair(options, pair);
    if (name === 'checkpoint' && value !== 'false') {
      if (!options.has('persist')) options.set('persist', true);
      note(
        spot,
        'changed',
        `\`${written}\` was a checkpoint: it is persist now, which leaves it in place while the stage runs`,
      );
    } else if (name !== 'checkpoint') {
      const hint = name === 'remote' ? `: it goes to the remote that all outs go to` : '';
      note(spot, 'lost', `\`${name}${value === undefined ? '' : `: ${value}`}\` of \`${written}\`${hint}`);
    }
  }
}
