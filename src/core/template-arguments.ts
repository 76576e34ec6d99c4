/**
 * A mapping as command line arguments, as DVC writes them:
 * `{lr: 0.1, tags: [a, b c], deep: true, net: {width: 8}}` is `--lr 0.1 --tags a 'b c' --deep --net.width 8`.
 *
 * What is false is left out. Texts are quoted for a POSIX shell, and only when they have to be.
 */
import type { TemplateMap, TemplateScalar, TemplateValue } from './template-value.ts';

export interface Arguments {
  readonly text: string;
  /** What cannot be an argument, if anything. */
  readonly problem?: string;
}

export function toArguments(map: TemplateMap): Arguments {
  const words: string[] = [];
  for (const [name, value] of flatten(map, '')) {
    const problem = addArgument(words, name, value);
    if (problem !== undefined) return { text: '', problem };
  }
  return { text: words.join(' ') };
}

function addArgument(
  words: string[],
  name: string,
  value: TemplateScalar | readonly TemplateValue[],
): string | undefined {
  const flag = `--${name}`;
  if (!isList(value)) {
    if (value.value === null) return `\`${name}\` is null`;
    if (value.value !== false) words.push(flag);
    if (typeof value.value !== 'boolean') words.push(quote(value));
    return undefined;
  }
  for (const [index, item] of value.entries()) {
    if (item.kind !== 'scalar' || item.value === null) return `\`${name}[${index}]\` is not a single value`;
    words.push(...(index === 0 ? [flag] : []), quote(item));
  }
  return undefined;
}

function flatten(
  map: TemplateMap,
  prefix: string,
): readonly (readonly [string, TemplateScalar | readonly TemplateValue[]])[] {
  return [...map.members].flatMap(([key, value]) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (value.kind === 'map') return flatten(value, name);
    return [[name, value.kind === 'list' ? value.items : value] as const];
  });
}

/** What Python's `shlex.quote` does: migrated commands stay the same to the byte. */
function quote({ value, written }: TemplateScalar): string {
  if (typeof value !== 'string' || /^[\w@%+=:,./-]+$/.test(written)) return written;
  return `'${written.replaceAll("'", `'"'"'`)}'`;
}

const isList = <T>(value: readonly T[] | object): value is readonly T[] => Array.isArray(value);
