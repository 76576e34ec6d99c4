/**
 * What npm runs after an install in a checkout: build, and make `npx pipe` mean this checkout.
 *
 * npm does not link a root package's own command. Without the link `npx pipe` would ask the registry,
 * where an unrelated package has that name.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');

// An install without development packages has nothing to build with; it comes with dist/ already.
if (existsSync(join(root, 'node_modules', 'rolldown'))) {
  execFileSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
}
mkdirSync(bin, { recursive: true });
rmSync(join(bin, 'pipe'), { force: true });
symlinkSync(join('..', '..', 'bin', 'pipe.js'), join(bin, 'pipe'));
chmodSync(join(root, 'bin', 'pipe.js'), 0o755);
