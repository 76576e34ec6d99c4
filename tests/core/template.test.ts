/**
 * `vars`, `${…}`, `matrix` and `foreach`. What comes out of the first table was seen to be what
 * DVC 3.67.1 makes of the same files; where we differ a test of its own says so.
 */
import { expect, test } from 'vitest';
import type { Problem } from '../../src/core/failure.ts';
import { parsePipeline } from '../../src/core/pipeline-file.ts';
import type { Pipeline, Stage } from '../../src/core/pipeline.ts';
import { fc } from '../support/properties.ts';

type Files = Readonly<Record<string, string>>;

const parse = (text: string, files: Files) =>
  parsePipeline({ file: 'pipeline.yaml', text, readText: (file) => files[file] });

function parsed(text: string, files: Files = {}): Pipeline {
  const result = parse(text, files);
  return result.ok ? result.value : expect.unreachable(JSON.stringify(result.error, null, 1));
}

function problems(text: string, files: Files = {}): readonly Problem[] {
  const result = parse(text, files);
  return result.ok || result.error.code !== 'pipeline-invalid' ? [] : result.error.problems;
}

const told = (text: string, files: Files = {}): readonly string[] =>
  problems(text, files).map(
    ({ place, path, message }) => `${place.file}:${place.line}:${place.column} ${path}: ${message}`,
  );

const commands = (pipeline: Pipeline) => Object.fromEntries(pipeline.stages.map(({ name, cmd }) => [name, cmd]));

const params = (text: string): Files => ({ 'params.yaml': text });
const group = (lines: string) => `stages:\n  g:\n${lines.replaceAll(/^/gm, '    ')}\n`;
const command = (cmd: string) => `stages:\n  s:\n    cmd: ${cmd}\n`;

test.each<[string, string, Files, object]>([
  [
    'values of any depth, spaces around names, booleans in lower case',
    command('run ${a} ${ b.c[0] } ${b.c.1} ${t} ${f}'),
    params('a: 1\nb: {c: [x, y z]}\nt: true\nf: 0.5\n'),
    { s: 'run 1 x y z true 0.5' },
  ],
  [
    'a backslash keeps a template from being one',
    command('run \\${HOME} ${a} $X $(date) {}'),
    params('a: 1\n'),
    { s: 'run ${HOME} 1 $X $(date) {}' },
  ],
  [
    'a mapping in a command becomes arguments',
    command('run ${d} end'),
    params(
      `d: {lr: 0.1, list: [1, 'x y'], flag: true, off: false, nested: {k: 'v w', q: "it's"}, plain: a/b, empty: ''}\n`,
    ),
    {
      s: `run --lr 0.1 --list 1 'x y' --flag --nested.k 'v w' --nested.q 'it'"'"'s' --plain a/b --empty '' end`,
    },
  ],
  [
    'params.yaml comes first, then vars in their order; mappings are merged',
    `vars:\n  - o.yaml\n  - {m: {z: 3}, inline: hi}\n${command('run ${m.lr} ${m.n} ${m.z} ${inline} ${q}')}`,
    { 'params.yaml': 'm: {lr: 1}\n', 'o.yaml': 'm: {n: 2}\nq: 9\n' },
    { s: 'run 1 2 3 hi 9' },
  ],
  [
    'some keys of a json file',
    `vars: ['o.json:a,b']\n${command('run ${a} ${b}')}`,
    { 'o.json': '{"a": 1, "b": 2, "c": 3}' },
    { s: 'run 1 2' },
  ],
  [
    'a toml file',
    `vars: [o.toml]\n${command('run ${a} ${f} ${s}')}`,
    { 'o.toml': "a = 1\nf = 2.5\ns = 'x'\n" },
    { s: 'run 1 2.5 x' },
  ],
  [
    'params.yaml may be named once more',
    `vars: [params.yaml]\n${command('run ${a}')}`,
    params('a: 1\n'),
    { s: 'run 1' },
  ],
  [
    'foreach over a list',
    group('foreach: [us, uk]\ndo: {cmd: "run ${item}"}'),
    {},
    { 'g@us': 'run us', 'g@uk': 'run uk' },
  ],
  [
    'foreach over numbers and booleans',
    group('foreach: [1, 2.5, true]\ndo: {cmd: "run ${item}"}'),
    {},
    { 'g@1': 'run 1', 'g@2.5': 'run 2.5', 'g@true': 'run true' },
  ],
  [
    'foreach over a list of mappings: members are numbered',
    group('foreach: [{a: 1}, {a: 2}]\ndo: {cmd: "run ${item.a}"}'),
    {},
    { 'g@0': 'run 1', 'g@1': 'run 2' },
  ],
  [
    'foreach over a mapping: members are called as its keys',
    group('foreach: {x: {a: 1}, y: {a: 2}}\ndo: {cmd: "run ${key} ${item.a}"}'),
    {},
    { 'g@x': 'run x 1', 'g@y': 'run y 2' },
  ],
  [
    'foreach over a list in params.yaml',
    group('foreach: ${models}\ndo: {cmd: "run ${item}"}'),
    params('models: [a, b]\n'),
    { 'g@a': 'run a', 'g@b': 'run b' },
  ],
  [
    'foreach over templates',
    group('foreach: ["${m}", "x-${m}"]\ndo: {cmd: "run ${item}"}'),
    params('m: zz\n'),
    { 'g@zz': 'run zz', 'g@x-zz': 'run x-zz' },
  ],
  [
    'a matrix: all combinations, the last axis fastest',
    group('matrix:\n  model: [gbdt, rf]\n  lr: ${lrs}\ncmd: run ${item.model} ${item.lr} ${key}'),
    params('lrs: [0.1, 1.0]\n'),
    {
      'g@gbdt-0.1': 'run gbdt 0.1 gbdt-0.1',
      'g@gbdt-1.0': 'run gbdt 1.0 gbdt-1.0',
      'g@rf-0.1': 'run rf 0.1 rf-0.1',
      'g@rf-1.0': 'run rf 1.0 rf-1.0',
    },
  ],
  [
    'a matrix with mappings: these are numbered by axis',
    group('matrix: {m: [lin], cfg: [{a: 1}, {a: 2}], v: [2.5]}\ncmd: run ${item.m} ${item.cfg.a} ${item.v}'),
    {},
    { 'g@lin-cfg0-2.5': 'run lin 1 2.5', 'g@lin-cfg1-2.5': 'run lin 2 2.5' },
  ],
  [
    "a stage's own vars, looked for in its wdir",
    'stages:\n  s:\n    wdir: sub\n    vars: [l.yaml, {y: 6}]\n    cmd: run ${a} ${x} ${y}\n',
    { 'params.yaml': 'a: 1\n', 'sub/l.yaml': 'x: 5\n' },
    { s: 'run 1 5 6' },
  ],
  [
    'item is that of the group inside it, and what params.yaml says outside',
    'stages:\n  s: {cmd: "run ${item}"}\n  g:\n    foreach: [a]\n    do: {cmd: "run ${item}"}\n',
    params('item: global\n'),
    { s: 'run global', 'g@a': 'run a' },
  ],
])('%s', (_, text, files, expected) => {
  expect(commands(parsed(text, files))).toEqual(expected);
  expect(parsed(text, files).stages.map(({ name }) => name)).toEqual(Object.keys(expected));
});

test.each([
  ['params.yaml', 'x: 1e-5', '1e-5'],
  ['params.yaml', 'x: 0.10', '0.10'],
  ['params.yaml', 'x: 0x1F', '0x1F'],
  ['params.yaml', 'x: 12345678901234567890', '12345678901234567890'],
  ['params.yaml', 'x: 1_000', '1_000'],
  ['params.yaml', 'x: 2024-01-31', '2024-01-31'],
  ['params.yaml', 'x: True', 'true'],
  ['p.json', '{"x": 1E3}', '1E3'],
  ['p.toml', 'x = 1.0', '1.0'],
])('a value is inserted as it was written: %s with %s', (file, text, inserted) => {
  const vars = file === 'params.yaml' ? '' : `vars: [${file}]\n`;
  expect(commands(parsed(`${vars}${command('run ${x}')}`, { [file]: text }))).toEqual({ s: `run ${inserted}` });
});

function onlyStage(text: string, files: Files): Stage {
  return parsed(text, files).stages[0] ?? expect.unreachable();
}

test('a template by itself keeps its type, where a type is wanted', () => {
  const text =
    'stages:\n  s:\n    cmd: x\n    frozen: ${yes}\n    timeout: ${t}\n    outs: [{o: {cache: "${no}"}}]\n    env: [{N: "${f}"}]\n';
  const stage = onlyStage(text, params('yes: true\nno: false\nt: 90\nf: 1.50\n'));
  expect(stage).toMatchObject({
    frozen: true,
    timeoutMs: 90_000,
    outs: [{ cache: false }],
    env: [{ name: 'N', value: '1.50' }],
  });
});

test('a template by itself may be a whole list', () => {
  const stage = onlyStage('stages:\n  s:\n    cmd: x\n    deps: ${files}\n', params('files: [a.csv, b.csv]\n'));
  expect(stage.deps.map((dep) => dep.kind === 'path' && dep.path)).toEqual(['a.csv', 'b.csv']);
});

test('a number is text where a path is wanted', () => {
  const stage = onlyStage(group('foreach: [2019]\ndo: {cmd: x, wdir: "${item}", outs: ["${item}"]}'), {});
  expect([stage.wdir, stage.outs[0]?.path]).toEqual(['2019', '2019/2019']);
});

test('keys are filled in too', () => {
  const stage = onlyStage(
    'stages:\n  s:\n    cmd: x\n    outs:\n      - ${o}: {cache: false}\n    params: [{"${o}.yaml": [k]}]\n',
    params('o: model\n'),
  );
  expect(stage.outs).toMatchObject([{ path: 'model', cache: false, place: { line: 5, column: 9 } }]);
  expect(stage.params).toMatchObject([{ file: 'model.yaml', keys: ['k'] }]);
});

test('every path of a member leads back to the line it was written in', () => {
  const { stages } = parsed(group('foreach: [a, b]\ndo:\n  cmd: run\n  deps:\n    - ${item}.csv'));
  expect(stages.map(({ name, place, deps }) => [name, place.line, deps[0]?.place.line])).toEqual([
    ['g@a', 2, 7],
    ['g@b', 2, 7],
  ]);
});

test('members keep the order of the file, keys that look like numbers included', () => {
  const { stages } = parsed(group('foreach: {2020: a, x: b, 2019: c}\ndo: {cmd: run}'));
  expect(stages.map(({ name }) => name)).toEqual(['g@2020', 'g@x', 'g@2019']);
});

test('a file without templates asks for no other file', () => {
  const readText = () => expect.unreachable();
  expect(parsePipeline({ file: 'pipeline.yaml', text: command('run $HOME'), readText }).ok).toBe(true);
});

const MISSING = "for the shell's own variable write $NAME or \\${NAME}";

test.each<[string, string, Files, string, string?]>([
  [
    'a name defined twice, with both places',
    `vars: [{m: {lr: 2}}]\n${command('x')}`,
    params('m:\n  lr: 1\n'),
    'pipeline.yaml:1:17 : cannot redefine `m.lr`: it stands in params.yaml:2:7 already',
  ],
  [
    'a mapping over a value',
    `vars: [o.yaml]\n${command('x')}`,
    { 'params.yaml': 'm: 1\n', 'o.yaml': '\nm: {a: 1}\n' },
    'o.yaml:2:4 : cannot redefine `m`: it stands in params.yaml:1:4 already',
  ],
  [
    'a name of the group',
    group('foreach: [a]\ndo: {cmd: x, vars: [{item: 1}]}'),
    {},
    'pipeline.yaml:4:32 : cannot redefine `item`: the group gives this name to its members',
  ],
  [
    'a file that is loaded already',
    `vars: [o.yaml, "o.yaml:a"]\n${command('x')}`,
    { 'o.yaml': 'a: 1' },
    'pipeline.yaml:1:16 vars[1]: `o.yaml` is loaded already',
  ],
  [
    'a key that is loaded already',
    `vars: ["o.yaml:a", "o.yaml:b,a"]\n${command('x')}`,
    { 'o.yaml': 'a: 1\nb: 1' },
    'pipeline.yaml:1:20 vars[1]: `o.yaml` is loaded already: a',
  ],
  [
    'a file that is not there',
    `vars: [o.yaml]\n${command('x')}`,
    {},
    'pipeline.yaml:1:8 vars[0]: there is no file `o.yaml`',
  ],
  [
    'a file without a mapping',
    `vars: [o.yaml]\n${command('x')}`,
    { 'o.yaml': '[1]' },
    'pipeline.yaml:1:8 vars[0]: `o.yaml` holds no mapping',
  ],
  [
    'a key that is not there',
    `vars: ["o.yaml:a,b"]\n${command('x')}`,
    { 'o.yaml': 'a: 1' },
    'pipeline.yaml:1:8 vars[0]: `o.yaml` has no `b`',
  ],
  [
    'a file outside',
    `vars: [../o.yaml]\n${command('x')}`,
    {},
    "pipeline.yaml:1:8 vars[0]: `../o.yaml` leads out of the pipeline's folder",
  ],
  [
    'a broken file',
    command('run ${a}'),
    params('a: [1\nb: 2\n'),
    'params.yaml:2:1 : not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  [
    'templates in vars',
    `vars: ["\${a}.yaml"]\n${command('x')}`,
    {},
    'pipeline.yaml:1:8 vars[0]: `vars` takes no templates: it is what they are made from',
  ],
  [
    'vars that are no list',
    `vars: o.yaml\n${command('x')}`,
    {},
    'pipeline.yaml:1:7 vars: `vars` is a list of files and mappings',
  ],
  [
    'an entry of vars that is neither',
    `vars: [1]\n${command('x')}`,
    {},
    'pipeline.yaml:1:8 vars[0]: expected a file, or a mapping of names to values',
  ],
  ['an unknown name', command('run ${b}'), params('a: 1\n'), 'pipeline.yaml:3:14 stages.s.cmd: `b` is not defined'],
  [
    'an unknown member',
    command('run ${train.lrr}'),
    params('train: {lr: 1}\n'),
    'pipeline.yaml:3:14 stages.s.cmd: `train` has no `lrr`',
    'did you mean `train.lr`?',
  ],
  [
    'a member past the end',
    command('run ${a[2]}'),
    params('a: [1, 2]\n'),
    'pipeline.yaml:3:14 stages.s.cmd: `a` has 2 members, no `2`',
    'the first is 0',
  ],
  [
    'a negative member',
    command('run ${a[-1]}'),
    params('a: [1, 2]\n'),
    'pipeline.yaml:3:14 stages.s.cmd: `a` has 2 members, no `-1`',
  ],
  [
    'a member of a number',
    command('run ${a.b}'),
    params('a: 1\n'),
    'pipeline.yaml:3:14 stages.s.cmd: `a` is the number 1: it has no `b`',
  ],
  [
    'a member that every object has',
    command('run ${constructor}'),
    params('a: 1\n'),
    'pipeline.yaml:3:14 stages.s.cmd: `constructor` is not defined',
  ],
  [
    'a variable of the shell',
    command('echo ${X:-1}'),
    {},
    'pipeline.yaml:3:15 stages.s.cmd: `X:-1` is not defined',
    `${MISSING}; there are no params.yaml and no vars`,
  ],
  [
    'a shell substitution that is no name',
    command('echo ${X[@]}'),
    {},
    'pipeline.yaml:3:15 stages.s.cmd: `X` is not defined',
  ],
  [
    'a name with a hole',
    command('run ${a..b}'),
    {},
    'pipeline.yaml:3:14 stages.s.cmd: `${a..b}` is no name such as `${train.rates[0]}`',
  ],
  [
    'a template in a template',
    command('run ${a.${k}}'),
    {},
    'pipeline.yaml:3:14 stages.s.cmd: a template cannot stand inside a template',
  ],
  [
    'a template without an end',
    command('run ${a'),
    {},
    'pipeline.yaml:3:14 stages.s.cmd: `${` is not closed on its line',
    MISSING,
  ],
  [
    'a list in a text',
    command('run ${a}'),
    params('a: [1]\n'),
    'pipeline.yaml:3:14 stages.s.cmd: `a` is a list: it cannot be part of a text',
    'name a member of it: ${a[0]}',
  ],
  [
    'a mapping outside a command',
    'stages: {s: {cmd: x, deps: ["x${a}"]}}\n',
    params('a: {b: 1}\n'),
    'pipeline.yaml:1:31 stages.s.deps[0]: `a` is a mapping: only `cmd` takes one, as arguments',
  ],
  [
    'a mapping that is no list of arguments',
    command('run ${a}'),
    params('a: {b: [[1]]}\n'),
    'pipeline.yaml:3:14 stages.s.cmd: `a` cannot become arguments: `b[0]` is not a single value',
  ],
  ['nothing', command('run ${a}'), params('a:\n'), 'pipeline.yaml:3:14 stages.s.cmd: `a` is null'],
  [
    'foreach over a number',
    group('foreach: ${a}\ndo: {cmd: x}'),
    params('a: 1\n'),
    'pipeline.yaml:3:14 stages.g.foreach: expected a list or a mapping, got the number 1',
  ],
  ['foreach without do', group('foreach: [a]'), {}, 'pipeline.yaml:2:3 stages.g: `do` is missing'],
  [
    'do that is no stage',
    group('foreach: [a]\ndo: x'),
    {},
    'pipeline.yaml:4:9 stages.g.do: `do` is the definition of a stage: expected a mapping',
  ],
  [
    'something beside foreach',
    group('foreach: [a]\ndo: {cmd: x}\ndeps: [y]'),
    {},
    'pipeline.yaml:5:5 stages.g.deps: `deps` cannot stand beside `foreach`',
  ],
  [
    'matrix and foreach',
    group('foreach: [a]\ndo: {cmd: x}\nmatrix: {a: [1]}'),
    {},
    'pipeline.yaml:5:5 stages.g.matrix: `matrix` and `foreach` exclude each other',
  ],
  [
    'a matrix that is a list',
    group('matrix: [a]\ncmd: x'),
    {},
    'pipeline.yaml:3:13 stages.g.matrix: expected a mapping of names to lists, got a list',
  ],
  [
    'an axis that is no list',
    group('matrix: {a: 1}\ncmd: x'),
    {},
    'pipeline.yaml:3:13 stages.g.matrix: `a`: expected a list, got the number 1',
  ],
  ['an empty matrix', group('matrix: {}\ncmd: x'), {}, 'pipeline.yaml:3:13 stages.g.matrix: it names no list'],
  [
    'two members of one name',
    group('foreach: [1, "1"]\ndo: {cmd: x}'),
    {},
    'pipeline.yaml:3:14 stages.g.foreach: two members would be called `1`',
  ],
  [
    'a member without a name',
    group('foreach: [""]\ndo: {cmd: x}'),
    {},
    `pipeline.yaml:3:14 stages.g.foreach: "" cannot be part of a stage's name`,
  ],
  [
    'a million stages',
    group(
      `matrix: {${['a', 'b', 'c'].map((axis) => `${axis}: [${Array.from({ length: 100 }, (_, n) => n).join(', ')}]`).join(', ')}}\ncmd: x`,
    ),
    {},
    'pipeline.yaml:3:13 stages.g.matrix: 1000000 stages are too many: at most 100000',
  ],
  [
    'a name that only a group may make',
    'stages: {g@a: {cmd: x}}\n',
    {},
    'pipeline.yaml:1:10 stages.g@a: `g@a` cannot be a name',
  ],
  [
    'a key that is unknown, once for the whole group',
    group('matrix: {a: [1, 2]}\ncmd: x\ndep: [y]'),
    {},
    'pipeline.yaml:5:5 stages.g@1.dep: unknown key `dep`',
    'did you mean `deps`?',
  ],
])('refused: %s', (_, text, files, message, hint) => {
  expect(told(text, files)).toEqual([message]);
  expect(problems(text, files)[0]?.hint).toEqual(hint ?? problems(text, files)[0]?.hint);
});

test('all templates of a file that are wrong are told at once, and nothing that only follows from them', () => {
  const text =
    'stages:\n  a:\n    cmd: run ${x} and ${y}\n    frozen: ${z}\n    outs: ["${o}"]\n  b:\n    cmd: |\n      first\n      second ${w}\n    dep: []\n';
  expect(told(text)).toEqual([
    'pipeline.yaml:3:14 stages.a.cmd: `x` is not defined',
    'pipeline.yaml:3:23 stages.a.cmd: `y` is not defined',
    'pipeline.yaml:4:13 stages.a.frozen: `z` is not defined',
    'pipeline.yaml:5:13 stages.a.outs[0]: `o` is not defined',
    'pipeline.yaml:9:14 stages.b.cmd: `w` is not defined',
    'pipeline.yaml:10:5 stages.b.dep: unknown key `dep`',
  ]);
});

test('whatever a text holds, escaped it comes out as it was', () => {
  const plain = fc.string({ maxLength: 30 }).filter((text) => text.trim() !== '' && !text.includes('\\${'));
  fc.assert(
    fc.property(plain, (text) => {
      const written = JSON.stringify(text.replaceAll('${', '\\${'));
      expect(commands(parsed(`stages: {s: {cmd: ${written}}}`))).toEqual({ s: text });
    }),
  );
});
