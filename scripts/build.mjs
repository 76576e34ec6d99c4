/**
 * Bundles src/ into dist/: the command line as CommonJS (it starts twice as fast as a module graph,
 * and V8's code cache works for it), the library as an ES module, one file a worker, and the types.
 *
 * Packages with native parts or files of their own stay outside the bundles.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { makeAccidentsTemplate } from './accidents-template.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const finished = join(root, 'dist');
const dist = `${finished}.${process.pid}`;
const external = [
  /^node:/,
  '@photostructure/sqlite',
  'tinypool',
  'swagger-ui-dist',
  'pino',
  'fsevents',
  '@resvg/resvg-js',
];
/** The other one waits for a package that nobody has, which CommonJS cannot; and text is measured alike everywhere. */
const canvas = join(root, 'node_modules/vega-canvas/build/vega-canvas.browser.js');
const resolve = { alias: { 'vega-canvas': canvas } };

try {
  await bundleCommandLine();
  await bundleLibrary();
  await bundleWorkers();
  await makeAccidentsTemplate({ root, dist, bundle });
  emitTypes();
  publish();
} finally {
  rmSync(dist, { recursive: true, force: true });
}

async function bundleCommandLine() {
  const names = { entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' };
  // With a code cache Node forgets how to import: within the bundle everything is required.
  await bundle({ input: { pipe: 'src/cli/main.ts' }, format: 'cjs', dynamicImportInCjs: false, ...names });
  // The launcher keeps compiled code by file name, so the name has to say what is in the file.
  const digest = createHash('sha256')
    .update(readFileSync(join(dist, 'pipe.cjs')))
    .digest('hex')
    .slice(0, 12);
  const entry = `pipe-${digest}.cjs`;
  renameSync(join(dist, 'pipe.cjs'), join(dist, entry));
  writeFileSync(join(dist, 'entry.json'), JSON.stringify({ entry }));
}

async function bundleLibrary() {
  const names = { entryFileNames: '[name].js', chunkFileNames: 'lib/[name]-[hash].js' };
  await bundle({ input: { index: 'src/index.ts' }, format: 'esm', ...names });
  // One file that a browser can take as it is.
  await bundle({ input: { client: 'src/client/index.ts' }, format: 'esm', entryFileNames: '[name].js' });
}

async function bundleWorkers() {
  const folder = 'src/serve/workers';
  const entries = readdirSync(join(root, folder)).filter((name) => name.endsWith('-worker.ts'));
  const input = Object.fromEntries(entries.map((name) => [basename(name, '.ts'), `${folder}/${name}`]));
  input['launch-worker'] = 'src/executors/launch-worker.ts';
  input['arrivals-worker'] = 'src/store/remotes/arrivals-worker.ts';
  const names = { entryFileNames: 'workers/[name].js', chunkFileNames: 'workers/chunks/[name]-[hash].js' };
  await bundle({ input, format: 'esm', ...names });
}

function emitTypes() {
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  const args = ['-p', 'tsconfig.build.json', '--outDir', join(dist, 'types')];
  execFileSync(process.execPath, [join(typescript, '../bin/tsc'), ...args], { cwd: root, stdio: 'inherit' });
}

/** Complete or not there: somebody may be starting the old one right now. */
function publish() {
  const old = `${dist}.old`;
  if (existsSync(finished)) renameSync(finished, old);
  renameSync(dist, finished);
  rmSync(old, { recursive: true, force: true });
}

async function bundle({ input, ...output }) {
  const build = await rolldown({ cwd: root, input, external, resolve, platform: 'node', logLevel: 'warn' });
  await build.write({ dir: dist, exports: 'named', comments: { legal: true }, ...output });
  await build.close();
}
