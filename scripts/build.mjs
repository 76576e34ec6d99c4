/**
 * Bundles src/ into dist/: the command line as CommonJS (it starts twice as fast as a module graph,
 * and V8's code cache works for it), the library as an ES module, one file a worker, and the types.
 *
 * Packages with native parts or files of their own stay outside the bundles.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const external = [/^node:/, '@photostructure/sqlite', 'tinypool', 'swagger-ui-dist', 'pino', 'fsevents'];

rmSync(dist, { recursive: true, force: true });

await bundle({
  input: { pipe: 'src/cli/main.ts' },
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name]-[hash].cjs',
});
await bundle({
  input: { index: 'src/index.ts' },
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'lib/[name]-[hash].js',
});
const workers = join(root, 'src/serve/workers');
if (existsSync(workers)) {
  const entries = readdirSync(workers).filter((name) => name.endsWith('-worker.ts'));
  const input = Object.fromEntries(entries.map((name) => [basename(name, '.ts'), `src/serve/workers/${name}`]));
  await bundle({
    input,
    format: 'esm',
    entryFileNames: 'workers/[name].js',
    chunkFileNames: 'workers/chunks/[name]-[hash].js',
  });
}
const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
execFileSync(process.execPath, [join(typescript, '../bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});

async function bundle({ input, ...output }) {
  const build = await rolldown({ cwd: root, input, external, platform: 'node', logLevel: 'warn' });
  await build.write({ dir: dist, exports: 'named', legalComments: 'inline', ...output });
  await build.close();
}
