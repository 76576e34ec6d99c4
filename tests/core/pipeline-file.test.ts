/** pipeline.yaml: what it means, and what is said when it is wrong. */
import { expect, test } from 'vitest';
import type { Problem } from '../../src/core/failure.ts';
import { parsePipeline } from '../../src/core/pipeline-file.ts';
import { depPath, type Pipeline, type Stage } from '../../src/core/pipeline.ts';
import { fc } from '../support/properties.ts';

const parse = (text: string) => parsePipeline({ file: 'pipeline.yaml', text });

function parsed(text: string): Pipeline {
  const result = parse(text);
  return result.ok ? result.value : expect.unreachable(JSON.stringify(result.error, null, 1));
}

function stageOf(yaml: string): Stage {
  const [stage] = parsed(`stages:\n  s:\n    cmd: x\n${yaml.replaceAll(/^/gm, '    ')}\n`).stages;
  return stage ?? expect.unreachable();
}

function problems(text: string): readonly Problem[] {
  const result = parse(text);
  if (result.ok || result.error.code !== 'pipeline-invalid') return [];
  return result.error.problems;
}

const told = (text: string): readonly string[] =>
  problems(text).map(({ place, path, message }) => `${place.line}:${place.column} ${path}: ${message}`);

const hints = (text: string): readonly (string | undefined)[] => problems(text).map(({ hint }) => hint);

test('a stage needs nothing but a command; everything else has a default', () => {
  expect(parsed('stages:\n  train:\n    cmd: npx tsx train.ts\n')).toEqual({
    files: ['pipeline.yaml'],
    stages: [
      {
        name: 'train',
        cmd: 'npx tsx train.ts',
        shell: ['/bin/sh', '-e', '-c'],
        wdir: '.',
        deps: [],
        params: [],
        env: [],
        passEnv: [],
        outs: [],
        frozen: false,
        alwaysChanged: false,
        isolated: false,
        timeoutMs: null,
        retries: 0,
        resources: { cpus: 1, memBytes: null, gpus: 0 },
        pool: null,
        desc: null,
        place: { file: 'pipeline.yaml', line: 2, column: 3 },
      },
    ],
    models: [],
    sources: [],
    environment: [],
    pools: [],
    remotes: {},
    declarations: { params: [], metrics: [], plots: [], artifacts: [] },
  });
});

test('a pipeline is plain data: it survives being written as JSON', () => {
  const pipeline = parsed(`
stages:
  a: {cmd: [one, two], deps: [x, "*.ts"], params: [p, {q.json: [r]}], env: [A, {B: 1}], outs: [{o: {persist: true}}]}
models:
  m: {stage: a, registry: reg, path: prod.json, verdict: gate.json, candidate: o, holdout: h}
`);
  expect(JSON.parse(JSON.stringify(pipeline))).toEqual(pipeline);
});

test('stages keep the order of the file, names that look like numbers included', () => {
  expect(
    parsed('stages:\n  b: {cmd: x}\n  10: {cmd: x}\n  2: {cmd: x}\n  a: {cmd: x}\n').stages.map(({ name }) => name),
  ).toEqual(['b', '10', '2', 'a']);
});

test('paths are relative to the wdir and become root-relative', () => {
  const stage = stageOf('wdir: sub/dir/\ndeps: [./a, ../b/, "c//d"]\nouts: [o]\nparams: [k, {../q.toml: null}]');
  expect(stage.wdir).toBe('sub/dir');
  expect(stage.deps.map((dep) => depPath(dep))).toEqual(['sub/dir/a', 'sub/b', 'sub/dir/c/d']);
  expect(stage.outs.map(({ path }) => path)).toEqual(['sub/dir/o']);
  expect(stage.params.map(({ file, keys }) => ({ file, keys }))).toEqual([
    { file: 'sub/dir/params.yaml', keys: ['k'] },
    { file: 'sub/q.toml', keys: null },
  ]);
});

test('a dep is a glob when it has a pattern in it, and never one as {path: …}', () => {
  const { deps } = stageOf('deps: [src/**/*.ts, "a[0-9].csv", "{a,b}.csv", plain.csv, {path: "really[0-9]*.csv"}]');
  expect(deps.map((dep) => [dep.kind, dep.kind === 'glob' ? dep.pattern : depPath(dep)])).toEqual([
    ['glob', 'src/**/*.ts'],
    ['glob', 'a[0-9].csv'],
    ['glob', '{a,b}.csv'],
    ['path', 'plain.csv'],
    ['path', 'really[0-9]*.csv'],
  ]);
});

test('a dep may be a text without its line ends, what a command prints, or what a server holds', () => {
  const sha256 = 'AB'.repeat(32);
  const { deps } = stageOf(
    `wdir: sub\ndeps: [{path: a, eol: lf}, {run: node -v}, {url: "https://h/x"}, {url: "http://h/y", sha256: ${sha256}}]`,
  );
  expect(deps).toMatchObject([
    { kind: 'text', path: 'sub/a' },
    { kind: 'command', script: 'node -v' },
    { kind: 'url', url: 'https://h/x', sha256: null },
    { kind: 'url', url: 'http://h/y', sha256: sha256.toLowerCase() },
  ]);
});

test('outs, metrics and plots are all outs; their flags are true, false, true unless said otherwise', () => {
  const { outs } = stageOf(
    'outs: [a, {b: {cache: false, persist: true, push: false, desc: why}}]\nmetrics: [m]\nplots: [{p: {x: n, y: loss}}]',
  );
  expect(outs.map(({ path, kind, cache, persist, push, desc }) => [path, kind, cache, persist, push, desc])).toEqual([
    ['a', 'out', true, false, true, null],
    ['b', 'out', false, true, false, 'why'],
    ['m', 'metric', true, false, true, null],
    ['p', 'plot', true, false, true, null],
  ]);
});

test('a value in env is the text that was written, whatever YAML makes of it', () => {
  expect(stageOf('env: [A, {B: 1.0, C: 0x10, D: true, E: "", F: a b}]').env).toEqual([
    { name: 'A', value: null },
    { name: 'B', value: '1.0' },
    { name: 'C', value: '0x10' },
    { name: 'D', value: 'true' },
    { name: 'E', value: '' },
    { name: 'F', value: 'a b' },
  ]);
});

test.each([
  ['shell: bash', ['bash', '-eo', 'pipefail', '-c']],
  ['shell: sh', ['/bin/sh', '-e', '-c']],
  ['shell: [python3, -c]', ['python3', '-c']],
])('%s', (yaml, shell) => {
  expect(stageOf(yaml).shell).toEqual(shell);
});

test.each([
  ['timeout: 90', 90_000],
  ['timeout: 90s', 90_000],
  ['timeout: 1h30m', 5_400_000],
  ['timeout: 1.5 h', 5_400_000],
  ['timeout: 250ms', 250],
])('%s', (yaml, timeoutMs) => {
  expect(stageOf(yaml).timeoutMs).toBe(timeoutMs);
});

test.each([
  ['mem: 4G', 4 * 1024 ** 3],
  ['mem: 1.5 GiB', 1.5 * 1024 ** 3],
  ['mem: 512MB', 512 * 1024 ** 2],
  ['mem: 1000', 1000],
])('resources: {%s}', (yaml, memBytes) => {
  expect(stageOf(`resources: {${yaml}, cpus: 2}`).resources).toEqual({ cpus: 2, memBytes, gpus: 0 });
});

test('what belongs to the pipeline without belonging to a stage is kept', () => {
  const { pools, declarations } = parsed(`
stages: {s: {cmd: x, pool: gpu, retries: 3}}
pools: {gpu: 2}
params: [params.yaml, other.toml]
metrics: [m.json]
plots: [loss.csv, {loss: {x: {loss.csv: step}}}]
artifacts: {model: {path: out/model.bin, type: model, labels: [a], meta: {k: 1}}}
`);
  expect(pools).toMatchObject([{ name: 'gpu', depth: 2 }]);
  expect(declarations).toMatchObject({
    params: ['params.yaml', 'other.toml'],
    metrics: ['m.json'],
    plots: [
      { id: 'loss.csv', folder: '.', options: null },
      { id: 'loss', options: { x: { 'loss.csv': 'step' } } },
    ],
    artifacts: [{ name: 'model', path: 'out/model.bin', type: 'model', labels: ['a'], meta: { k: 1 } }],
  });
});

test('\\${ in a command is ${ for its shell', () => {
  expect(parsed('stages: {a: {cmd: "echo \\\\${HOME} $HOME $(pwd)"}}').stages[0]?.cmd).toBe(
    'echo ${HOME} $HOME $(pwd)',
  );
});

test('anchors and merge keys work', () => {
  const { stages } = parsed('stages:\n  a: &a\n    cmd: x\n    deps: [d]\n  b:\n    <<: *a\n    outs: [o]\n');
  expect(stages.map(({ cmd, deps }) => [cmd, deps.length])).toEqual([
    ['x', 1],
    ['x', 1],
  ]);
});

test('a model says what its stage owns; gate and retrain have defaults', () => {
  const { models } = parsed(
    'stages: {}\nmodels:\n  m: {stage: evaluate, registry: a/reg, path: a/prod.json, verdict: a/gate.json, candidate: c, holdout: h}\n',
  );
  expect(models).toEqual([
    {
      name: 'm',
      stage: 'evaluate',
      registry: 'a/reg',
      path: 'a/prod.json',
      verdict: 'a/gate.json',
      candidate: 'c',
      holdout: 'h',
      gate: 'gate',
      retrain: { target: 'evaluate', schedule: null, timezone: null },
      place: { file: 'pipeline.yaml', line: 3, column: 3 },
    },
  ]);
});

test('all problems of a file are told at once, in the order of the file, each with its line', () => {
  const text = `stages:
  train:
    cmd: python train.py
    dep: [data]
    outs: model.bin
    timeout: soon
  eval uate:
    deps: [../../x/*, ~/passwd]
    isolatd: true
stagse: {}
`;
  expect(told(text)).toEqual([
    '4:5 stages.train.dep: unknown key `dep`',
    '5:11 stages.train.outs: expected a list, got text',
    '6:14 stages.train.timeout: `soon` is no duration',
    '7:3 stages."eval uate": `cmd` is missing',
    '7:3 stages."eval uate": `eval uate` cannot be a name',
    '8:12 stages."eval uate".deps[0]: `../../x/*` leads out of the pipeline\'s folder',
    '8:23 stages."eval uate".deps[1]: `~/passwd` starts with ~, which only a shell expands',
    '9:5 stages."eval uate".isolatd: unknown key `isolatd`',
    '10:1 stagse: unknown key `stagse`',
  ]);
  expect(problems(text)[0]?.text).toBe('    dep: [data]');
});

test('what is wrong deep inside, beside it, and between stages is told in the same go, in the order of the file', () => {
  const text = `stages:
  train:
    cmd: x
    outs: [o, o2/x, {o3: {cache: maybe, persits: true}}]
    resources: {cpus: two, mem: 4X}
    pool: nope
  other:
    deps: [{path: a, eol: crlf}, {run: ""}, 3, "ftp://x"]
    outs: [o, 7, o2, "*.csv"]
    env: [1x, 2, B_TOKEN]
  away: {cmd: x, wdir: ../.., outs: [o, o2]}
  c1: {cmd: x, deps: [p], outs: [q]}
  c2: {cmd: x, deps: [q], outs: [p]}
artifacts: {m: {pth: x}, n: {path: [1]}}
`;
  expect(told(text)).toEqual([
    '4:15 stages.train.outs[1]: `o2/x` lies inside `o2`, an out of stage other (pipeline.yaml:9:18)',
    '4:34 stages.train.outs[2].o3.cache: expected true or false, got text',
    '4:41 stages.train.outs[2].o3.persits: unknown key `persits`',
    '5:23 stages.train.resources.cpus: expected a number, got text',
    '5:33 stages.train.resources.mem: `4X` is no amount of memory',
    '6:11 stages.train.pool: there is no pool `nope`',
    '7:3 stages.other: `cmd` is missing',
    '8:27 stages.other.deps[0].eol: expected lf, the only one there is, got text',
    '8:40 stages.other.deps[1].run: `run` is empty',
    '8:45 stages.other.deps[2]: expected a path, a glob, or {path: …}, {run: …} or {url: …}, got the number 3',
    '9:12 stages.other.outs[0]: `o` is already an out of stage train (pipeline.yaml:4:12)',
    '9:15 stages.other.outs[1]: expected a path, or a mapping of a path to its options, got the number 7',
    '9:22 stages.other.outs[3]: `*.csv` is a glob',
    '10:11 stages.other.env[0]: `1x` cannot be the name of a variable',
    '10:15 stages.other.env[1]: expected the name of a variable, or a mapping of a name to a value, got the number 2',
    '10:18 stages.other.env[2]: `B_TOKEN` looks like a secret: its value would stand in locks/',
    "11:24 stages.away.wdir: `../..` leads out of the pipeline's folder",
    '12:3 stages.c1: cycle: c1 -> c2 -> c1',
    '14:13 artifacts.m: `path` is missing',
    '14:17 artifacts.m.pth: unknown key `pth`',
    '14:36 artifacts.n.path: expected text, got a list',
  ]);
});

const inStage = (yaml: string) => `stages:\n  s:\n    cmd: x\n    ${yaml}\n`;

test.each([
  ['', '1:1 : the file is empty'],
  ['stages: [a]\n', '1:9 stages: expected a mapping, got a list'],
  ['models: {}\n', '1:1 : `stages` is missing'],
  ['stages:\n  a: {cmd: x}\n  a: {cmd: y}\n', '3:3 : this key stands here twice'],
  ['stages:\n\ta: 1\n', '2:1 : a tab cannot indent: use spaces'],
  ['stages: {}\n---\nstages: {}\n', '2:1 : a second YAML document starts here: one file holds one'],
  ['stages: {a: *nope}\n', '1:13 : *nope has no anchor before it'],
  ['stages: &a {b: *a}\n', '1:16 : *a contains itself'],
  ['stages: {__proto__: {cmd: x}}\n', '1:10 : __proto__ cannot be a key'],
  ['stages: {? [a] : 1}\n', '1:12 : a key must be plain text'],
  ['stages: {a: {cmd: !!python/name x}}\n', '1:19 : unresolved tag: tag:yaml.org,2002:python/name'],
  ['stages: {a: {cmd: ""}}\n', '1:19 stages.a.cmd: `cmd` is empty'],
  ['stages: {a: {cmd: []}}\n', '1:19 stages.a.cmd: `cmd` is an empty list'],
  ['stages: {a: {cmd: [x, " "]}}\n', '1:23 stages.a.cmd[1]: `cmd` is empty'],
  ['stages: {a: {cmd: 5}}\n', '1:19 stages.a.cmd: expected a script, or a list of scripts, got the number 5'],
  ['stages: {a: }\n', '1:10 stages.a: expected a mapping, got nothing'],
  [
    inStage('deps: [5]'),
    '4:12 stages.s.deps[0]: expected a path, a glob, or {path: …}, {run: …} or {url: …}, got the number 5',
  ],
  [inStage('deps: [""]'), '4:12 stages.s.deps[0]: `` is empty: write a path'],
  [inStage("deps: ['a\\b']"), '4:12 stages.s.deps[0]: `a\\b` has a backslash: separate folders with /'],
  [inStage('deps: [~/x]'), '4:12 stages.s.deps[0]: `~/x` starts with ~, which only a shell expands'],
  [inStage('deps: ["!x"]'), '4:12 stages.s.deps[0]: `!x`: a glob cannot exclude'],
  [inStage('deps: [{}]'), '4:12 stages.s.deps[0]: names neither a `path`, a `run` nor a `url`'],
  [inStage('deps: [{path: a, run: b}]'), '4:22 stages.s.deps[0].run: `path` and `run` exclude each other'],
  [inStage('deps: [{run: a, eol: lf}]'), '4:21 stages.s.deps[0].eol: `eol` belongs to a `path`'],
  [inStage('deps: [{path: a, sha256: b}]'), '4:22 stages.s.deps[0].sha256: `sha256` belongs to a `url`'],
  [inStage('deps: [{path: a, eol: crlf}]'), '4:27 stages.s.deps[0].eol: expected lf, the only one there is, got text'],
  [inStage('deps: [{run: " "}]'), '4:18 stages.s.deps[0].run: `run` is empty'],
  [inStage('deps: [https://h/x]'), '4:12 stages.s.deps[0]: `https://h/x` is no path'],
  [inStage('deps: [{url: ftp://h/x}]'), '4:18 stages.s.deps[0].url: `ftp://h/x` is no http or https address'],
  [inStage('deps: [{url: x y}]'), '4:18 stages.s.deps[0].url: `x y` is no http or https address'],
  [
    inStage('deps: [{url: "https://u:p@h/x"}]'),
    '4:18 stages.s.deps[0].url: an address may hold no user and no password',
  ],
  [
    inStage('deps: [{url: "https://h/x", sha256: ab}]'),
    '4:41 stages.s.deps[0].sha256: `ab` is no SHA-256: 64 hexadecimal digits',
  ],
  [inStage('deps: [{pth: a}]'), '4:13 stages.s.deps[0].pth: unknown key `pth`'],
  [inStage('outs: ["a*.csv"]'), '4:12 stages.s.outs[0]: `a*.csv` is a glob'],
  [inStage('outs: [{a: {cach: true}}]'), '4:17 stages.s.outs[0].a.cach: unknown key `cach`'],
  [inStage('outs: [{a: {cache: 1}}]'), '4:24 stages.s.outs[0].a.cache: expected true or false, got the number 1'],
  [inStage('params: [a..b]'), '4:14 stages.s.params[0]: `a..b` is no dotted key'],
  [inStage('params: [a, a]'), '4:17 stages.s.params[1]: `a` is listed twice'],
  [inStage('params: [{f.yaml: []}]'), '4:23 stages.s.params[0]."f.yaml": lists no key'],
  [inStage('env: [1A]'), '4:11 stages.s.env[0]: `1A` cannot be the name of a variable'],
  [inStage('env: [A=b]'), '4:11 stages.s.env[0]: `A=b` cannot be the name of a variable'],
  [inStage('env: [A, A]'), '4:14 stages.s.env[1]: `A` is declared twice'],
  [inStage('env: [{A: }]'), '4:12 stages.s.env[0].A: expected a value, got nothing'],
  [
    inStage('env: [GITHUB_TOKEN]'),
    '4:11 stages.s.env[0]: `GITHUB_TOKEN` looks like a secret: its value would stand in locks/',
  ],
  [inStage('shell: fish'), '4:12 stages.s.shell: unknown shell `fish`'],
  [inStage('shell: []'), '4:12 stages.s.shell: `shell` names no program'],
  [inStage('timeout: 0'), '4:14 stages.s.timeout: `0` is no duration'],
  [inStage('retries: -1'), '4:14 stages.s.retries: expected a whole number from 0 up, got -1'],
  [inStage('retries: 1.5'), '4:14 stages.s.retries: expected a whole number from 0 up, got 1.5'],
  [inStage('resources: {cpus: 0}'), '4:23 stages.s.resources.cpus: expected a whole number from 1 up, got 0'],
  [inStage('resources: {gpus: x}'), '4:23 stages.s.resources.gpus: expected a number, got text'],
  [inStage('resources: {mem: much}'), '4:22 stages.s.resources.mem: `much` is no amount of memory'],
  [inStage('resources: {memory: 1G}'), '4:17 stages.s.resources.memory: unknown key `memory`'],
  [inStage('pool: gpu'), '4:11 stages.s.pool: there is no pool `gpu`'],
  ['stages: {}\npools: {gpu: 0}\n', '2:14 pools.gpu: expected a whole number from 1 up, got 0'],
  ['stages: {}\nartifacts: {m: {type: x}}\n', '2:13 artifacts.m: `path` is missing'],
  [inStage('frozen: yes'), '4:13 stages.s.frozen: expected true or false, got text'],
  ['stages: {}\nmodels: {m: {stage: a}}\n', '2:10 models.m: `registry` is missing'],
])('%j is refused: %s', (text, message) => {
  expect(told(text)).toContain(message);
});

test.each([
  [inStage('outss: [a]'), 'did you mean `outs`?'],
  [inStage('always-changed: true'), 'did you mean `always_changed`?'],
  [inStage('env: [A=b]'), 'write {A: value}'],
  [inStage('env: [API_KEY]'), 'list it under pass_env: it reaches the stage, and is neither an input nor recorded'],
  ['stages: {a: {cmd: x, pool: gpus}}\npools: {gpu: 1}\n', 'did you mean `gpu`?'],
  [inStage('pool: gpu'), 'declare it: {pools: {gpu: 1}}'],
  [inStage('shell: fish'), 'sh and bash are known; write any other as a list: [fish, -c]'],
])('%j is refused with the hint: %s', (text, hint) => {
  expect(hints(text)).toContain(hint);
});

test.each(['SORT_KEY', 'MAX_TOKENS', 'TOKENIZERS_PARALLELISM', 'PWD', 'KEYBOARD'])(
  '%s does not look like a secret',
  (name) => {
    expect(stageOf(`env: [${name}]`).env[0]?.name).toBe(name);
  },
);

test('whatever the text, the answer is a value and every place lies within the text', () => {
  const line = fc.constantFrom(
    'stages:',
    '  a:',
    '    cmd: x',
    '    outs: [',
    '  - b',
    ': :',
    '&x',
    '*x',
    '{',
    '<<: *x',
    '"',
    '\t',
    '',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string({ maxLength: 12 })), { maxLength: 12 }), (lines) => {
      const text = lines.join('\n');
      const found = problems(text);
      const count = text.split('\n').length;
      expect(found.every(({ place }) => place.line >= 1 && place.line <= count && place.column >= 1)).toBe(true);
    }),
  );
});
