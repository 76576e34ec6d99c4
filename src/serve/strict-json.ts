/**
 * JSON.parse, and what it lets pass: a key twice, keys that reach into prototypes, and nesting so deep
 * that a recursive reader would break. Pure.
 *
 * Invariant: a value that this returns has no key that two readers could understand differently.
 */
import { err, ok, type Result } from '../lib/result.ts';
import { fault, type Fault } from './answer.ts';

export const MAX_DEPTH = 64;

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor']);

export function parseStrictJson(text: string, maxDepth: number = MAX_DEPTH): Result<unknown, Fault> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err(fault('json_invalid', ['body'], 'JSON decode error'));
  }
  const found = findStructureFault(text, maxDepth);
  return found === undefined ? ok(value) : err(found);
}

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** One pass without recursion over text that is known to be JSON: a string before a colon is a key. */
function findStructureFault(text: string, maxDepth: number): Fault | undefined {
  // Keys of the objects that are open, innermost last; a list has none.
  const open: (Set<string> | undefined)[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === OPEN_OBJECT || code === OPEN_LIST) {
      if (open.length === maxDepth) return fault('json_too_deep', ['body'], `JSON is nested deeper than ${maxDepth}`);
      open.push(code === OPEN_OBJECT ? new Set() : undefined);
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      open.pop();
    } else if (code === QUOTE) {
      const end = endOfString(text, i);
      const keys = open.at(-1);
      if (keys !== undefined && isColonNext(text, end + 1)) {
        const found = addKey(keys, text.slice(i, end + 1));
        if (found !== undefined) return found;
      }
      i = end;
    }
  }
  return undefined;
}

function addKey(keys: Set<string>, literal: string): Fault | undefined {
  // Through JSON.parse only when it holds an escape: "\u0061" and "a" are one key.
  const key: string = literal.includes('\\') ? JSON.parse(literal) : literal.slice(1, -1);
  if (FORBIDDEN_KEYS.has(key)) return fault('key_forbidden', ['body'], 'A key is not allowed');
  if (keys.has(key)) return fault('key_duplicate', ['body'], 'A key occurs twice');
  keys.add(key);
  return undefined;
}

function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1;
  return i;
}

function isColonNext(text: string, start: number): boolean {
  let i = start;
  while (text.charCodeAt(i) <= 0x20) i++;
  return text.charCodeAt(i) === COLON;
}
