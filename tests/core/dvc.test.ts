/** What migration knows of DVC's formats and of Python: tables, and properties where there is a rule. */
import { expect, test } from 'vitest';
import { plain } from '../../src/core/dvc/agree.ts';
import { mergeDvcConfig, parseDvcConfig } from '../../src/core/dvc/config.ts';
import { parseDvcFile } from '../../src/core/dvc/dvc-file.ts';
import { toPipeIgnore } from '../../src/core/dvc/ignore.ts';
import { parseDvcLock } from '../../src/core/dvc/lock.ts';
import { parseManifest, renderManifest } from '../../src/core/dvc/manifest.ts';
import { readDvcPath } from '../../src/core/dvc/path.ts';
import { renderDocument, toPipelineDocument } from '../../src/core/dvc/pipeline-text.ts';
import { pythonFloat, samePython } from '../../src/core/dvc/python.ts';
import { respell } from '../../src/core/dvc/respell.ts';
import { shellFor } from '../../src/core/dvc/shell.ts';
import { inPythonSpelling } from '../../src/core/dvc/spelling.ts';
import { fc } from '../support/properties.ts';

test.each([
  [0.1, '0.1'],
  [42, '42.0'],
  [-0, '-0.0'],
  [1e-5, '1e-05'],
  [1.5e-7, '1.5e-07'],
  [0.0001, '0.0001'],
  [0.00001234, '1.234e-05'],
  [1e15, '1000000000000000.0'],
  [1e16, '1e+16'],
  [1.5e300, '1.5e+300'],
  [123456789.125, '123456789.125'],
  [Number.NaN, 'nan'],
  [Number.NEGATIVE_INFINITY, '-inf'],
])('Python prints %d as %s', (value, text) => expect(pythonFloat(value)).toBe(text));

test('what Python prints of a number reads as that number again', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
      Object.is(Number(pythonFloat(value)), value),
    ),
  );
});

test.each([
  [1n, 1, true],
  [1n, true, true],
  [0, false, true],
  [1n, '1', false],
  [null, false, false],
  [[1n, 2], [1, 2n], true],
  [{ a: 1n, b: [true] }, { b: [1n], a: 1 }, true],
  [{ a: 1n }, { a: 1n, b: null }, false],
  [9007199254740993n, 9007199254740992, false],
  [[], {}, false],
  [1000n, '1_000', true],
  ['1_000', '1000', false],
  [1.5, '1_0.5', false],
])('%s == %s in Python: %s', (a, b, same) => {
  expect(samePython(a, b)).toBe(same);
  expect(samePython(b, a)).toBe(same);
});

test('numbers and truth values are spelled as Python prints them, and nothing else moves', () => {
  const text = 'a: 0.10 # ten\nb: [1e-5, 0x10, True, "0.10", 010]\nc: null\nd: yes\n';
  expect(inPythonSpelling(text)).toBe('a: 0.1 # ten\nb: [1e-05, 16, true, "0.10", 10]\nc: null\nd: yes\n');
  expect(inPythonSpelling(text, { nulls: 'None' })).toContain('c: None\n');
});

test.each([
  ['a: 1_000\n', 'a: 1000\n'],
  ['a: -1_0.50\n', 'a: -10.5\n'],
  ['a: "1_000"\n', 'a: "1_000"\n'],
  ['a: 1_000_files\n', 'a: 1_000_files\n'],
  ['a: [.inf, -.inf, .nan]\n', 'a: [inf, -inf, nan]\n'],
])('numbers that only Python writes so: %j', (text, spelled) => expect(inPythonSpelling(text)).toBe(spelled));

test.each([
  ['a:\nb: 1\n', 'a: None\nb: 1\n'],
  ['{a: , b: ~}\n', '{a:  None, b: None}\n'],
])('nothing after a colon is None as well: %j', (text, spelled) => {
  expect(inPythonSpelling(text, { nulls: 'None' })).toBe(spelled);
});

test.each([
  ['python x.py --lr 0.1', undefined],
  ['mkdir -p a && python x.py', undefined],
  ["bash -c 'a; b'", undefined],
  ['a; b', ['sh', '-c']],
  ['source venv/bin/activate && x', ['bash', '-c']],
  ['cp a{1,2}.txt b', ['bash', '-c']],
  ['[[ -f a ]] && b', ['bash', '-c']],
  ['diff <(a) <(b)', ['bash', '-c']],
  ['x --json \'{"a": [1,2]}\'', undefined],
  ['x ${model} ${a.b}', undefined],
  ['echo "$(a; b)"', ['sh', '-c']],
  ['set -o pipefail && a | b', ['bash', '-c']],
])('%s needs the shell %j', (script, shell) => expect(shellFor([script])).toEqual(shell));

test.each([
  ['data/x.csv', { kind: 'path', path: 'a/data/x.csv', written: 'data/x.csv' }],
  ['..\\b\\x.csv', { kind: 'path', path: 'b/x.csv', written: '../b/x.csv' }],
  ['/work/a/b/x', { kind: 'path', path: 'a/b/x', written: 'b/x' }],
  ['/work/c/x', { kind: 'path', path: 'c/x', written: '../c/x' }],
  ['https://x.org/y.csv', { kind: 'url', url: 'https://x.org/y.csv' }],
])('the path %s', (written, found) => expect(readDvcPath(written, { folder: 'a', root: '/work' })).toEqual(found));

test.each(['s3://b/k', 'remote://r/k', 'ds://x', '/elsewhere/x', 'C:\\x', '../../x', '~/x'])(
  'the path %s is refused',
  (written) => {
    expect(readDvcPath(written, { folder: 'a', root: '/work' }).kind).toBe('refused');
  },
);

test.each([
  ['./a//b/', 'a/b'],
  ['../a', '../a'],
  ['a\\b', 'a/b'],
  ['../../a/./b', '../../a/b'],
])('%s is %s', (path, same) => expect(plain(path)).toBe(same));

test('a folder of DVC is listed by code points and escaped as Python does it', () => {
  const files = ['\uffee.txt', '😀.txt', 'é', 'B', 'a', 'a/b', '"\\\u007f'].map((relpath) => ({
    relpath,
    md5: '0'.repeat(32),
  }));
  const text = renderManifest(files);
  expect(text.startsWith('[{"md5": "00000000000000000000000000000000", "relpath": "\\"\\\\\\u007f"}, ')).toBe(true);
  expect(parseManifest(text)?.map(({ relpath }) => relpath)).toEqual([
    '"\\\u007f',
    'B',
    'a',
    'a/b',
    'é',
    '\uffee.txt',
    '😀.txt',
  ]);
  expect(text).toMatch(/^[ -~]*$/);
});

test.each(['{}', '[1]', '[{"md5": "x", "relpath": "a"}]', `[{"md5": "${'0'.repeat(32)}", "relpath": "../a"}]`, '[{'])(
  '%s is no list of a folder',
  (text) => expect(parseManifest(text)).toBeUndefined(),
);

test('settings: sections with names, comments, quotes, and a local file that wins', () => {
  const shared = parseDvcConfig('[core]\n    remote = a ; b\n\n[\'remote "my store"\']\n    url = s3://b/k # there\n');
  const local = parseDvcConfig('# mine\n[core]\nremote = "c"\n');
  const merged = mergeDvcConfig([shared, local]);
  expect(merged.map(({ section, name, values }) => [section, name, ...values.values()])).toEqual([
    ['core', undefined, 'c'],
    ['remote', 'my store', 's3://b/k'],
  ]);
});

test('.dvcignore: what DVC itself wrote is no rule; rules of a folder below get its name', () => {
  const wrote =
    '# Add patterns of files dvc should ignore, which could improve\n# the performance. Learn more at\n# https://dvc.org/doc/user-guide/dvcignore\n';
  expect(toPipeIgnore([{ folder: '.', text: wrote }])).toBeUndefined();
  expect(toPipeIgnore([{ folder: 'a/b', text: '*.x\n!/keep.x\nc/d\ne/\n# why\n' }])).toBe(
    '# from a/b/.dvcignore\n/a/b/**/*.x\n!/a/b/keep.x\n/a/b/c/d\n/a/b/**/e/\n# why\n',
  );
});

test.each([
  ['<<<<<<< HEAD\n', 'has conflict markers'],
  ['a: [', 'is not valid YAML'],
  ['- a\n', 'is no mapping'],
  ["schema: '3.0'\n", 'has a schema that is not known: "3.0"'],
])('dvc.lock %j %s', (text, problem) => expect(parseDvcLock(text)).toEqual({ ok: false, error: problem }));

test('an import says where it came from; a stage of the old kind is one', () => {
  const imported = parseDvcFile(
    '# note\ndeps:\n- path: d.xml\n  repo: {url: https://x.org/r, rev_lock: abc}\nouts:\n- {md5: 22a1a2931c8370d3aeedd7183606fd7f, path: d.xml, labels: [a]}\n',
  );
  expect(imported.ok && imported.value).toMatchObject({
    origin: 'https://x.org/r (d.xml at abc)',
    comments: [' note'],
  });
  expect(imported.ok && imported.value.outs[0]?.annotations).toEqual(['labels']);
  const marked = parseDvcFile('meta: {a: 1}\nouts:\n- {path: d, push: false, cache: true, remote: far}\n');
  expect(marked.ok && marked.value).toMatchObject({
    hasMeta: true,
    outs: [{ annotations: ['push: false', 'remote: far'] }],
  });
  const old = parseDvcFile(
    'cmd: x\nwdir: ..\nmeta: {a: 1}\ndeps:\n- path: params.yaml\n  params: {lr: 1}\nouts:\n- {path: m.json, metric: true, cache: false}\n- {path: n.csv, metric: {type: csv, xpath: x}, remote: far}\n',
  );
  expect(old.ok && old.value.stage?.definition).toEqual({
    cmd: 'x',
    params: [{ 'params.yaml': ['lr'] }],
    metrics: [{ 'm.json': { cache: false } }, { 'n.csv': { remote: 'far', metric: { type: 'csv', xpath: 'x' } } }],
    meta: { a: 1n },
  });
});

const converted = (text: string) => {
  const { document, notes } = toPipelineDocument(text, {
    file: 'dvc.yaml',
    root: '/work',
    isKnownFile: (path) => path === 'a[1].csv',
  });
  return { text: renderDocument(document, text), notes: notes.map(({ path, message }) => `${path}: ${message}`) };
};

test.each([
  [
    'params of a program',
    'params: [{p.py: [lr]}]',
    'deps:\n      - p.py',
    'stages.s.params[0]: params file `p.py` is Python',
  ],
  ['a whole file as an empty list', 'params: [{p.json: []}]', 'params: [{p.json: null}]', undefined],
  ['a param twice', 'params: [a, a, {p.yaml: [b, b]}]', 'params: [a, {p.yaml: [b]}]', undefined],
  ['an address', 'deps: ["https://x.org/y"]', 'deps: [{url: https://x.org/y}]', undefined],
  ['a bucket', 'deps: [a, "s3://b/k"]', 'deps: [a]', 'stages.s.deps[1]: dep `s3://b/k` is outside of the project'],
  ['a name like a glob', 'deps: ["a[1].csv"]', 'deps: [{path: "a[1].csv"}]', undefined],
  ['a glob', 'deps: ["*.csv"]', 'deps: ["*.csv"]', 'stages.s.deps[0]: dep `*.csv`: DVC looks for a file'],
  ['backslashes', 'deps: ["a\\\\b"]', 'deps: [a/b]', undefined],
  ['a remote of an out', 'outs: [{o: {remote: r}}]', 'outs: [{o: {}}]', 'stages.s.outs[0]: `remote: r` of `o`'],
  [
    'a checkpoint',
    'outs: [{o: {checkpoint: true}}]',
    'outs: [{o: {persist: true}}]',
    'stages.s.outs[0]: `o` was a checkpoint',
  ],
  ['an out elsewhere', 'outs: [a, /tmp/x]', 'outs: [a]', 'stages.s.outs[1]: out `/tmp/x` is absolute'],
  [
    'a plot drawn twice',
    'plots: [{p: [{x: a}, {x: b}]}]',
    'plots: [{p: {x: a}}]',
    'stages.s.plots[0]: plot `p` is drawn in 2 ways',
  ],
  [
    'a template of one’s own',
    'plots: [{p: {template: mine.json}}, {q: {template: scatter_jitter}}]',
    'plots: [{p: {template: mine.json}}, {q: {template: scatter_jitter}}]',
    'stages.s.plots[0]: template `mine` is one of your own',
  ],
  ['a dep outside', 'deps: [../x, /mnt/y]', 'deps: [../x, /mnt/y]', undefined],
  ['DVCLive', 'live: {l: {}}', '', 'stages.s.live: `live`: what DVCLive writes'],
  ['an old word', 'locked: true', 'frozen: true', undefined],
])('%s: %s becomes %s', (_, dvc, pipe, note) => {
  const { text, notes } = converted(`stages:\n  s:\n    cmd: x\n    ${dvc}\n`);
  expect(text).toBe(`stages:\n  s:\n    cmd: x\n${pipe === '' ? '' : `    ${pipe}\n`}`);
  expect(notes.map((line) => line.slice(0, note?.length))).toEqual(note === undefined ? [] : [note]);
});

test('the top level: datasets and unknown keys go, plots become a list, names that cannot be are changed', () => {
  const { text, notes } = converted(
    'stages:\n  a b.c: {cmd: x}\n  A_B_C: {cmd: y}\nplots: {p.csv: {x: a}}\ndatasets: []\nother: 1\n',
  );
  expect(text).toBe('stages:\n  a_b_c: {cmd: x}\n  A_B_C_2: {cmd: y}\nplots:\n  - p.csv: {x: a}\n');
  expect(notes).toHaveLength(4);
});

test('a definition that several stages share is changed once', () => {
  const { text, notes } = converted('stages:\n  a: &a\n    cmd: x\n    deps: ["s3://b/k", d]\n  b: *a\n');
  expect(text).toBe('stages:\n  a: &a\n    cmd: x\n    deps: [d]\n  b: *a\n');
  expect(notes).toHaveLength(1);
});

test.each([
  [
    'what was rewritten under an anchor keeps it',
    '  a:\n    cmd: &c |\n      x\n      y\n    deps: [&u "https://x.org/y"]\n  b:\n    cmd: *c\n    deps: [*u]\n',
    '  a:\n    cmd: &c\n      - x\n      - y\n    deps: [&u {url: https://x.org/y}]\n  b:\n    cmd: *c\n    deps: [*u]\n',
  ],
  [
    'an anchor on what was taken out',
    '  a: &a\n    cmd: x\n    params: [{p.py: &k [lr, n]}]\n    desc: d\n  b:\n    <<: *a\n    cmd: y # why\n    params: [{p.yaml: *k}]\n',
    '  a:\n    cmd: x\n    desc: d\n    deps:\n      - p.py\n  b:\n    desc: d\n    cmd: y # why\n    params: [{p.yaml: [lr, n]}]\n',
  ],
])('aliases: %s', (_, dvc, pipe) => expect(converted(`stages:\n${dvc}`).text).toBe(`stages:\n${pipe}`));

test('what is merged in, and numbers as keys of params', () => {
  expect(converted('vars:\n  - base: &b {cmd: x}\nstages:\n  a:\n    <<: *b\n    params: [1, a]\n')).toEqual({
    text: 'vars:\n  - base: &b {cmd: x}\nstages:\n  a:\n    <<: *b\n    params: ["1", a]\n',
    notes: [],
  });
});

test('lists and mappings that a group holds itself are what DVC prints of them', () => {
  const text = [
    'stages:',
    '  a: {foreach: [0.10, 2], do: {cmd: "x ${item}"}}',
    '  b: {matrix: {r: [0.10], n: [x]}, cmd: "x ${item.r}"}',
    '  c: {foreach: {k: {r: 1e1}}, do: {cmd: "x ${item.r}"}}',
    '',
  ].join('\n');
  const respelled = respell(text, { file: 'dvc.yaml', readText: () => undefined });
  expect(respelled.replaceAll(/\s+/g, ' ')).toBe(
    'stages: a: {foreach: ["0.1", 2], do: {cmd: "x ${item}"}} b: {matrix: {r: ["0.1"], n: [x]}, cmd: "x ${item.r}"} c: {foreach: {k: {r: "10.0"}}, do: {cmd: "x ${item.r}"}} ',
  );
});

test('templates give way only where DVC would fill in something else', () => {
  const files: Readonly<Record<string, string>> = {
    'params.yaml': 'a: 0.10\nb: 0.1\nm: {x: 1.0, y: null}\nn: {x: 1}\nlist: [1, 0.50]\n',
  };
  const text = [
    'stages:',
    '  s: {cmd: "x ${a} ${b} ${m} ${n} \\\\${a}"}',
    '  g:',
    '    foreach: ${list}',
    '    do: {cmd: "x ${item} ${a}"}',
    '',
  ].join('\n');
  expect(respell(text, { file: 'dvc.yaml', readText: (file) => files[file] })).toBe(
    [
      'stages:',
      '  s: {cmd: "x 0.1 ${b} --x 1.0 --y None ${n} \\\\${a}"}',
      '  g:',
      '    foreach:',
      '      - 1',
      '      - "0.5"',
      '    do: {cmd: "x ${item} 0.1"}',
      '',
    ].join('\n'),
  );
});
