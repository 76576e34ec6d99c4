/**
 * A process that promotes one model: `registry-committer.ts ROOT TEXT [--crash-before NAME]`.
 *
 * Reads the mark, says "ready", waits for the file `go`, then commits and prints what came of it.
 * With --crash-before it dies, as by kill -9, just before anything gets a name that holds NAME.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [root = '', text = '', , crashBefore] = process.argv.slice(2);
if (crashBefore !== undefined) {
  const rename = fs.renameSync;
  fs.renameSync = (from, to) => {
    if (String(to).includes(crashBefore)) process.kill(process.pid, 'SIGKILL');
    rename(from, to);
  };
  syncBuiltinESMExports();
}

const { markOf, promote } = await import('../../src/core/registry.ts');
const { ok } = await import('../../src/lib/result.ts');
const { commitChange } = await import('../../src/store/registry-commit.ts');
const { openRegistry } = await import('../../src/store/registry.ts');
const { additionOf, model } = await import('./registry-parts.ts');

const registry = openRegistry({ root, model });
const state = registry.read();
if (!state.ok) throw new Error(state.error.problem);
const expected = markOf(state.value);
fs.writeFileSync(join(root, `ready-${process.pid}`), '');
while (!fs.existsSync(join(root, 'go'))) await sleep(5);
const commit = await commitChange(registry, {
  expected,
  addition: additionOf(text),
  transition: (now, added) => ok(promote(now, added?.n ?? 0)),
});
process.stdout.write(commit.ok ? `version ${commit.value.state.production}` : commit.error.code);
