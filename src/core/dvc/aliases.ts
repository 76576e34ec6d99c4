/**
 * A YAML document without anchors: every alias and every `<<` becomes a copy of what it names. For documents of
 * which a part was taken out or rewritten that another part still refers to. Comments stay. Pure.
 */
import { type Document, isAlias, isCollection, isMap, isScalar, isSeq, type Pair, visit, type YAMLMap } from 'yaml';
import { keyText } from './yaml-nodes.ts';

/** Whether an alias names an anchor that is not there any more. */
export function hasBrokenAlias(document: Document): boolean {
  let isBroken = false;
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return undefined;
      isBroken = true;
      return visit.BREAK;
    },
  });
  return isBroken;
}

/** Changes the document. */
export function expandAliases(document: Document): void {
  const anchored = new Map<string, unknown>();
  visit(document, {
    Node: (_, node) => {
      // In the order of the text: an anchor that is set anew holds for what follows.
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchored.set(node.anchor, node);
        return undefined;
      }
      const named = anchored.get(node.source);
      return withoutAnchor(named);
    },
  });
  visit(document, { Map: (_, map) => mergeIn(map) });
  visit(document, {
    Value: (_, node) => {
      delete node.anchor;
    },
  });
}

function withoutAnchor(node: unknown) {
  if (!isScalar(node) && !isCollection(node)) return undefined;
  const copy = node.clone();
  if (!isScalar(copy) && !isCollection(copy)) return undefined;
  delete copy.anchor;
  return copy;
}

/** A key of the mapping's own wins, then the first of several that are merged in. */
function mergeIn(map: YAMLMap): void {
  for (const pair of map.items.filter((one) => keyText(one) === '<<')) {
    const merged = isSeq(pair.value) ? pair.value.items : [pair.value];
    const added: Pair[] = [];
    for (const one of merged) {
      if (!isMap(one)) continue;
      mergeIn(one);
      const taken = new Set([...map.items, ...added].map(keyText));
      added.push(...one.items.filter((inner) => !taken.has(keyText(inner))));
    }
    map.items.splice(map.items.indexOf(pair), 1, ...added);
  }
}
