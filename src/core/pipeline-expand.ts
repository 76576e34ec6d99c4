/**
 * Makes of a pipeline.yaml with `vars`, `${…}`, `matrix` and `foreach` the one its author would have
 * had to write without them. Everything past this module sees only that one.
 *
 * A file that has none of them is passed on as it is, and no other file is read for it.
 */
import type { Problem } from './failure.ts';
import { membersOfForeach, membersOfMatrix, type Member } from './pipeline-group.ts';
import { resolveFromRoot } from './root-path.ts';
import { createFiller, type Filler } from './template-fill.ts';
import { fillTemplate, hasTemplate } from './template-text.ts';
import { addVars, loadGlobalVars, type ReadText, type Vars, type VarsScope } from './template-vars.ts';
import { templateValueAt, type TemplateMap, type TemplateValue } from './template-value.ts';
import type { PathPart } from './yaml-place.ts';
import type { ProblemAt, YamlSource } from './yaml-source.ts';

export interface Expanded {
  readonly source: YamlSource;
  readonly problems: readonly Problem[];
  /** Names of stages that a group made: only they may have an @. */
  readonly generated: ReadonlySet<string>;
  /** Whether what is wrong here may only follow from a template that could not be filled in. */
  readonly isConsequence: (problem: Problem) => boolean;
}

export interface ExpandOptions {
  readonly text: string;
  readonly readText: ReadText;
  /** Root-relative folder of the file. */
  readonly folder: string;
}

export function expandPipeline(source: YamlSource, { text, readText, folder }: ExpandOptions): Expanded {
  const { data } = source;
  const untouched = { source, problems: [], generated: new Set<string>(), isConsequence: () => false };
  if (!isMapping(data)) return untouched;
  const { vars: entries, stages, ...sections } = data;
  if (!hasTemplate(text) && entries === undefined && !hasGroup(stages)) return untouched;

  const scope: VarsScope = { source, readText, problems: [] };
  const vars = loadGlobalVars(scope, { entries, folder });
  const filler = createFiller({ source, problems: scope.problems, isIncomplete: scope.problems.length > 0 });
  const work: Work = { scope, vars, filler, folder, generated: new Set() };
  const filled = Object.entries(sections).map(([key, value]) => [key, fillSection(work, key, value)] as const);
  const expanded = { stages: isMapping(stages) ? expandStages(work, stages) : stages };
  return {
    source: filler.sourceOf({ ...('stages' in data && expanded), ...Object.fromEntries(filled) }),
    problems: scope.problems,
    generated: work.generated,
    isConsequence: ({ place }) => filler.hasFailedAt(place),
  };
}

interface Work {
  readonly scope: VarsScope;
  readonly vars: Vars;
  readonly filler: Filler;
  readonly folder: string;
  readonly generated: Set<string>;
}

type Mapping = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasGroup = (stages: unknown): boolean =>
  isMapping(stages) &&
  Object.values(stages).some((stage) => isMapping(stage) && ('matrix' in stage || 'foreach' in stage));

function fillSection({ filler, vars, scope }: Work, key: string, value: unknown): unknown {
  // Which files belong together has to be known before any of them can be filled in.
  const fixed = key === 'pipelines' && JSON.stringify(value).includes('${');
  if (fixed) complain(scope, { path: [key], message: '`pipelines` takes no templates' });
  return fixed ? [] : filler.fill(value, { context: vars.context, from: [key], to: [key] });
}

function expandStages(work: Work, stages: Mapping): Mapping {
  const expanded = new Map<string, unknown>();
  for (const [name, definition] of Object.entries(stages)) {
    if (!isMapping(definition)) expanded.set(name, definition);
    else if ('foreach' in definition || 'matrix' in definition) expandGroup(work, { name, definition, expanded });
    else {
      const from = ['stages', name];
      expanded.set(name, fillStage(work, { body: definition, from, to: from, context: work.vars.context }));
    }
  }
  return Object.fromEntries(expanded);
}

interface Group {
  readonly name: string;
  readonly definition: Mapping;
  readonly expanded: Map<string, unknown>;
}

function expandGroup(work: Work, { name, definition, expanded }: Group): void {
  const at = ['stages', name];
  const body = bodyOf(work, at, definition);
  const members = membersOf(work, at, definition);
  if (body === undefined || members === undefined) return;
  for (const { suffix, names } of members) {
    const generated = `${name}@${suffix}`;
    const to = ['stages', generated];
    if (expanded.has(generated))
      complain(work.scope, { path: at, atKey: true, message: `a stage is called \`${generated}\` already` });
    work.generated.add(generated);
    const { context } = work.vars;
    const within: TemplateMap = { ...context, members: new Map([...context.members, ...names]) };
    for (const key of Object.keys(body.data)) work.filler.moved([...to, key], [...body.from, key]);
    work.filler.moved(to, at);
    expanded.set(
      generated,
      fillStage(work, { body: body.data, from: body.from, to, context: within, reserved: [...names.keys()] }),
    );
  }
}

interface Body {
  readonly data: Mapping;
  readonly from: readonly PathPart[];
}

function bodyOf({ scope }: Work, at: readonly string[], definition: Mapping): Body | undefined {
  if (!('foreach' in definition)) {
    const { matrix: _, ...data } = definition;
    return { data, from: at };
  }
  const { foreach: _, do: data, ...rest } = definition;
  for (const key of Object.keys(rest)) {
    const message =
      key === 'matrix' ? '`matrix` and `foreach` exclude each other' : `\`${key}\` cannot stand beside \`foreach\``;
    complain(scope, {
      path: [...at, key],
      atKey: true,
      message,
      hint: 'a group made by foreach has two keys: foreach and do',
    });
  }
  if (isMapping(data)) return { data, from: [...at, 'do'] };
  if (data === undefined) complain(scope, { path: at, atKey: true, message: '`do` is missing' });
  else complain(scope, { path: [...at, 'do'], message: '`do` is the definition of a stage: expected a mapping' });
  return undefined;
}

function membersOf(
  { scope, vars, filler }: Work,
  at: readonly string[],
  definition: Mapping,
): readonly Member[] | undefined {
  const key = 'foreach' in definition ? 'foreach' : 'matrix';
  const path = [...at, key];
  const before = scope.problems.length;
  const transform = (text: string, from: readonly PathPart[]): TemplateValue | undefined => {
    if (!hasTemplate(text)) return undefined;
    const filled = fillTemplate(text, { context: vars.context, isCommand: false });
    const place = scope.source.placeOf(from);
    if (filled.ok && typeof filled.value !== 'string') return filled.value;
    // Told by the filler, with the place of the template in its text.
    const value = String(filler.fill(text, { context: vars.context, from, to: from }));
    return { kind: 'scalar', value, written: value, place };
  };
  const value = templateValueAt(scope.source, { data: definition[key], path, transform });
  if (scope.problems.length > before) return undefined;
  const members = key === 'foreach' ? membersOfForeach(value) : membersOfMatrix(value);
  if (members.ok) return members.value;
  complain(scope, { path, message: members.error });
  return undefined;
}

interface StageBody {
  readonly body: Mapping;
  readonly from: readonly PathPart[];
  readonly to: readonly PathPart[];
  readonly context: TemplateMap;
  readonly reserved?: readonly string[];
}

/** `wdir` is filled in before the stage's own `vars` are read, since they are looked for in it. */
function fillStage(work: Work, { body, from, to, context, reserved = [] }: StageBody): Mapping {
  const { scope, filler, vars } = work;
  const { vars: entries, wdir, ...rest } = body;
  const at = (key: string) => ({ from: [...from, key], to: [...to, key] });
  const filledWdir = filler.fill(wdir, { context, ...at('wdir') });
  const resolved = resolveFromRoot(work.folder, typeof filledWdir === 'string' ? filledWdir : '.');
  const own = addVars(
    scope,
    { ...vars, context },
    { entries, path: [...from, 'vars'], folder: resolved.ok ? resolved.value : work.folder, reserved },
  );
  const filled = Object.entries(rest).map(
    ([key, value]) => [key, filler.fill(value, { context: own.context, ...at(key) })] as const,
  );
  return { ...('wdir' in body && { wdir: filledWdir }), ...Object.fromEntries(filled) };
}

function complain({ source, problems }: VarsScope, problem: ProblemAt): void {
  problems.push(source.problem(problem));
}
