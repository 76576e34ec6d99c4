/**
 * `${a.b[0]}` in a text: finds the templates, fills them in, and takes the escape (`\${`) away.
 *
 * Knows nothing of files and where values come from. No nesting, no expressions, no defaults:
 * a template is a name, and what it stands for is in a file.
 */
import { closest } from '../lib/suggest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { toArguments } from './template-arguments.ts';
import { describeKind, type TemplateMap, type TemplateValue } from './template-value.ts';

export interface TemplateProblem {
  readonly message: string;
  readonly hint?: string;
  /** The part of the text that is wrong. */
  readonly part: string;
  /** The name is not there: which may be only because a file could not be read. */
  readonly isUnknown?: true;
}

export interface FillOptions {
  readonly context: TemplateMap;
  /** A mapping in a longer text becomes command line arguments; only a command has a use for that. */
  readonly isCommand: boolean;
}

/** A template by itself keeps its kind, whatever it is; otherwise the text with all of them filled in. */
export function fillTemplate(
  text: string,
  { context, isCommand }: FillOptions,
): Result<TemplateValue | string, readonly TemplateProblem[]> {
  const [alone] = text.match(/^\$\{([^}]*)\}$/) ?? [];
  if (alone !== undefined) {
    const value = lookUp(alone, context);
    if (!value.ok) return err([value.error]);
    return isCommand && value.value.kind === 'map' ? insert(alone, value.value, isCommand) : value;
  }
  const problems: TemplateProblem[] = [];
  const filled = text.replaceAll(TEMPLATE, (found) => {
    if (found.startsWith('\\')) return '${';
    const value = lookUp(found, context);
    const inserted = value.ok ? insert(found, value.value, isCommand) : err([value.error]);
    if (inserted.ok) return inserted.value;
    problems.push(...inserted.error);
    return found;
  });
  return problems.length > 0 ? err(problems) : ok(filled);
}

/** The escape, a whole template, or the beginning of one that is not closed on its line. */
const TEMPLATE = /\\\$\{|\$\{[^}\n]*\}?/g;

export const hasTemplate = (text: string): boolean => text.includes('${');

function lookUp(template: string, context: TemplateMap): Result<TemplateValue, TemplateProblem> {
  const wrong = (message: string, hint = SHELL_HINT) => err({ message, hint, part: template });
  if (!template.endsWith('}')) return wrong('`${` is not closed on its line');
  const inner = template.slice(2, -1).trim();
  if (inner.includes('${')) return wrong('a template cannot stand inside a template', 'name the value itself');
  const names = namesIn(inner);
  if (names === undefined) return wrong(`\`${template}\` is no name such as \`\${train.rates[0]}\``);
  let value: TemplateValue = context;
  for (const [depth, name] of names.entries()) {
    const member = memberOf(value, name);
    if (member === undefined)
      return err({ ...missing(value, { name, names, depth, context }), part: template, isUnknown: true });
    value = member;
  }
  return ok(value);
}

const SHELL_HINT = "for the shell's own variable write $NAME or \\${NAME}";

/** `a.b[0]` and `a.b.0` are the same; spaces around a name do not count. */
function namesIn(inner: string): readonly string[] | undefined {
  if (!/^[^.[\]${}]+(\.[^.[\]${}]+|\[[^.[\]${}]+\])*$/.test(inner)) return undefined;
  const names = inner.split(/[.[]/).map((name) => name.replace(/\]$/, '').trim());
  return names.includes('') ? undefined : names;
}

function memberOf(value: TemplateValue, name: string): TemplateValue | undefined {
  if (value.kind === 'map') return value.members.get(name);
  return value.kind === 'list' && /^(0|[1-9]\d*)$/.test(name) ? value.items[Number(name)] : undefined;
}

interface Missing {
  readonly name: string;
  readonly names: readonly string[];
  readonly depth: number;
  readonly context: TemplateMap;
}

function missing(around: TemplateValue, { name, names, depth, context }: Missing): { message: string; hint: string } {
  const before = names.slice(0, depth).join('.');
  if (around.kind === 'list')
    return { message: `\`${before}\` has ${around.items.length} members, no \`${name}\``, hint: 'the first is 0' };
  if (around.kind === 'scalar') {
    return { message: `\`${before}\` is ${describeKind(around)}: it has no \`${name}\``, hint: SHELL_HINT };
  }
  const message = depth === 0 ? `\`${name}\` is not defined` : `\`${before}\` has no \`${name}\``;
  const meant = closest(name, around.members.keys());
  if (meant !== undefined) return { message, hint: `did you mean \`${[...names.slice(0, depth), meant].join('.')}\`?` };
  const source = context.members.size === 0 ? '; there are no params.yaml and no vars' : '';
  return { message, hint: `${SHELL_HINT}${source}` };
}

function insert(
  template: string,
  value: TemplateValue,
  isCommand: boolean,
): Result<string, readonly TemplateProblem[]> {
  const wrong = (message: string, hint: string) => err([{ message, hint, part: template }]);
  const name = template.slice(2, -1).trim();
  if (value.kind === 'scalar')
    return value.value === null ? wrong(`\`${name}\` is null`, NULL_HINT) : ok(value.written);
  if (value.kind === 'list')
    return wrong(`\`${name}\` is a list: it cannot be part of a text`, `name a member of it: \${${name}[0]}`);
  if (!isCommand) return wrong(`\`${name}\` is a mapping: only \`cmd\` takes one, as arguments`, 'name a member of it');
  const { text, problem } = toArguments(value);
  return problem === undefined ? ok(text) : wrong(`\`${name}\` cannot become arguments: ${problem}`, ARGUMENTS_HINT);
}

const NULL_HINT = 'there is nothing to insert: give it a value';
const ARGUMENTS_HINT = 'an argument is a text, a number, true, false, or a list of these';
