/** Before all tests: the command line is built from the sources as they are. */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export function setup(): void {
  const built = statSync(join(ROOT, 'dist/entry.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (newestSource() <= built) return;
  execFileSync(process.execPath, [join(ROOT, 'scripts/prepare.mjs')], { stdio: 'inherit' });
}

function newestSource(): number {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).map((file) =>
    join(ROOT, 'src', file),
  );
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}
