/** The picture in docs/architecture.md, held by a test. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

/** Bottom first. A file may import from its own folder and from folders to its left. */
const LAYERS = ['lib', 'client', 'ml', 'core', 'store', 'executors', 'engine', 'serve', 'cli'];
/** Folders that decide but never touch the world. */
const PURE = ['lib', 'ml', 'core'];
const ALLOWED_IN_PURE: Readonly<Record<string, readonly string[]>> = { 'lib/digest.ts': ['node:crypto'] };
const IMPURE_CALL = /\b(Date\.now|new Date\(\)|Math\.random|process\.|console\.|fetch\()/;
/** V8 changed the last bits of these between versions: nothing that ends in a model or in data may use them. */
const UNSTABLE_MATH =
  /\bMath\.(pow|exp|expm1|log|log1p|log2|log10|sin|cos|tan|sinh|cosh|tanh|cbrt|hypot|atan2?)\b|[^*/]\*\*[^*/]/;
const MAX_LINES = 300;
/** Kernels, whose shape is their speed. */
const LONG_FILES: readonly string[] = [];
/** The only modules that write to the terminal or set the exit code; init-template holds the text of programs that do. */
const MAY_PRINT = /^(cli\/(main|reporter.*|output|process-io|read-password|init-template)|serve\/log)\.ts$/;

/** Programs of the pipelines in this repository. */
const STAGE_FOLDERS = ['stages', 'examples/sentiment/stages'];

const ROOT = join(import.meta.dirname, '..');
const listTypeScript = (folder: string): readonly string[] =>
  existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.tsx?$/.test(file))
        .sort()
    : [];
const read = (folder: string, file: string): string => readFileSync(join(ROOT, folder, file), 'utf8');
const layerOf = (file: string): string => file.split('/')[0] ?? '';
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');

/** Types vanish when the program runs, so they may refer to each other. */
const targetsOf = (file: string): readonly string[] =>
  importsOf(read('src', file).replace(/^import type [^;]*;/gm, ''))
    .filter((name) => name.startsWith('.'))
    .map((specifier) => relative(join(ROOT, 'src'), join(ROOT, 'src', file, '..', specifier)));

const sources = listTypeScript('src').filter((file) => file !== 'index.ts');

test.each(sources)('src/%s lives in a known layer and imports only downward', (file) => {
  const rank = LAYERS.indexOf(layerOf(file));
  expect(rank).toBeGreaterThanOrEqual(0);
  for (const specifier of importsOf(read('src', file)).filter((name) => name.startsWith('.'))) {
    const target = relative(join(ROOT, 'src'), join(ROOT, 'src', file, '..', specifier));
    expect(LAYERS.indexOf(layerOf(target)), `must not import ${specifier}`).toBeLessThanOrEqual(rank);
    if (layerOf(file) === 'cli') continue;
    expect(layerOf(target) === 'serve' && layerOf(file) !== 'serve', `must not import ${specifier}`).toBe(false);
  }
});

test('no import of src/ comes back to where it began', () => {
  const edges = new Map(sources.map((file) => [file, targetsOf(file)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (done.has(file) || path.includes(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of sources) visit(file, []);
  expect(circles).toEqual([]);
});

test.each(sources.filter((file) => PURE.includes(layerOf(file))))('src/%s is pure', (file) => {
  const text = read('src', file);
  const builtins = importsOf(text).filter((name) => name.startsWith('node:'));
  expect(builtins.filter((name) => !(ALLOWED_IN_PURE[file] ?? []).includes(name))).toEqual([]);
  expect(withoutComments(text)).not.toMatch(IMPURE_CALL);
});

test.each(sources)('src/%s is short, says what it is, and has no default export', (file) => {
  const text = read('src', file);
  if (!LONG_FILES.includes(file))
    expect(text.split('\n').length, 'split it by responsibility').toBeLessThanOrEqual(MAX_LINES + 1);
  expect(text, 'opens with what it is and is not').toMatch(/^(\/\*\*|#!)/);
  expect(text).not.toMatch(/^export default/m);
});

test.each(sources.filter((file) => !MAY_PRINT.test(file)))('src/%s does not print or exit', (file) => {
  expect(withoutComments(read('src', file))).not.toMatch(
    /\bconsole\.|process\.(stdout|stderr)\.write|process\.exit\b|process\.exitCode/,
  );
});

// The bundle leaves such an import as it is, and a script that came from V8's code cache has no loader to ask.
test.each(sources)('src/%s imports no built-in module dynamically', (file) => {
  expect(withoutComments(read('src', file))).not.toMatch(/\bimport\(\s*'node:/);
});

const reproducible = [
  ...sources
    .filter((file) => layerOf(file) === 'ml' || file === 'lib/math.ts' || file === 'lib/random.ts')
    .map((file) => `src/${file}`),
  ...STAGE_FOLDERS.flatMap((folder) => listTypeScript(folder).map((file) => `${folder}/${file}`)),
];

test.each(reproducible)('%s computes the same bits on every version of Node', (file) => {
  expect(withoutComments(read('.', file))).not.toMatch(UNSTABLE_MATH);
});

test.each(STAGE_FOLDERS.flatMap((folder) => listTypeScript(folder).map((file) => ({ folder, file }))))(
  '$folder/$file imports only ml, lib and the public API, an example also what all pipelines share',
  ({ folder, file }) => {
    const targets = importsOf(read(folder, file))
      .filter((name) => name.startsWith('.'))
      .map((specifier) => relative(ROOT, join(ROOT, folder, file, '..', specifier)));
    const isOwn = (target: string): boolean => target.startsWith(`${folder}/`);
    const isShared = (target: string): boolean =>
      /^(src\/(ml|lib)\/|src\/index\.ts$|stages\/(lib|evaluation)\/)/.test(target);
    expect(targets.filter((target) => !isOwn(target) && !isShared(target))).toEqual([]);
  },
);

test('properties are looked for from one seed', () => {
  const direct = listTypeScript('tests').filter((file) => importsOf(read('tests', file)).includes('fast-check'));
  expect(direct).toEqual(['support/properties.ts']);
});
