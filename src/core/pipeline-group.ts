/**
 * `matrix` and `foreach`: one definition, many stages. Says which members a group has and what
 * they are called (`train@gbdt`, as DVC calls them); knows nothing of what a stage is.
 */
import { err, ok, type Result } from '../lib/result.ts';
import { describeKind, type TemplateMap, type TemplateValue } from './template-value.ts';

export interface Member {
  /** What follows the `@`. */
  readonly suffix: string;
  /** What `${item}` and `${key}` are in it. */
  readonly names: ReadonlyMap<string, TemplateValue>;
}

/** The failure says what is wrong with the value. */
export type Members = Result<readonly Member[], string>;

/** One member for each in the list or mapping. */
export function membersOfForeach(value: TemplateValue): Members {
  if (value.kind === 'scalar') return err(`expected a list or a mapping, got ${describeKind(value)}`);
  if (value.kind === 'map') {
    return distinct([...value.members].map(([key, item]) => memberOf(key, { item, key: textValue(key, item) })));
  }
  // A list or mapping has no text that could be a name: then all are numbered.
  const numbered = value.items.some(({ kind }) => kind !== 'scalar');
  return distinct(value.items.map((item, index) => memberOf(numbered ? String(index) : nameOf(item), { item })));
}

/** One member for each combination; the last axis turns fastest. */
export function membersOfMatrix(value: TemplateValue): Members {
  if (value.kind !== 'map') return err(`expected a mapping of names to lists, got ${describeKind(value)}`);
  if (value.members.size === 0) return err('it names no list');
  const sizes = [...value.members.values()].map((values) => (values.kind === 'list' ? values.items.length : 1));
  const count = sizes.reduce((product, size) => product * size, 1);
  if (count > MOST_MEMBERS) return err(`${count} stages are too many: at most ${MOST_MEMBERS}`);
  let combinations: readonly Combination[] = [{ fragments: [], item: new Map() }];
  for (const [axis, values] of value.members) {
    if (values.kind !== 'list') return err(`\`${axis}\`: expected a list, got ${describeKind(values)}`);
    combinations = combinations.flatMap(({ fragments, item }) =>
      values.items.map((chosen, index) => ({
        fragments: [...fragments, chosen.kind === 'scalar' ? nameOf(chosen) : `${axis}${index}`],
        item: new Map([...item, [axis, chosen]]),
      })),
    );
  }
  return distinct(
    combinations.map(({ fragments, item }) => {
      const suffix = fragments.join('-');
      return memberOf(suffix, {
        item: { kind: 'map', members: item, place: value.place },
        key: textValue(suffix, value),
      });
    }),
  );
}

/** Somebody meant something else: so many stages would not fit into memory, or a day. */
const MOST_MEMBERS = 100_000;

interface Combination {
  readonly fragments: readonly string[];
  readonly item: TemplateMap['members'];
}

const memberOf = (suffix: string, names: Readonly<Record<string, TemplateValue>>): Member => ({
  suffix,
  names: new Map(Object.entries(names)),
});

const nameOf = (value: TemplateValue): string => (value.kind === 'scalar' ? value.written : '');

const textValue = (text: string, { place }: TemplateValue): TemplateValue => ({
  kind: 'scalar',
  value: text,
  written: text,
  place,
});

function distinct(members: readonly Member[]): Members {
  const seen = new Set<string>();
  for (const { suffix } of members) {
    if (seen.has(suffix)) return err(`two members would be called \`${suffix}\``);
    if (suffix === '' || /\p{Cc}|pipeline\.yaml:/u.test(suffix))
      return err(`${JSON.stringify(suffix)} cannot be part of a stage's name`);
    seen.add(suffix);
  }
  return ok(members);
}
