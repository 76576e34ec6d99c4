/** What is loaded before anything is known to be stale: a run in which all is fresh must pay for nothing else. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');
const STATIC = /^\s*(?:import|export)\s+(?!type\b)(?:[^'"();]*?\sfrom\s+)?'([^']+)'/gm;

/** Packages that a module and all it imports statically bring in; `import()` and types do not count. */
function packagesOf(entries: readonly string[]): ReadonlySet<string> {
  const packages = new Set<string>();
  const files = new Set(entries.map((entry) => join(SRC, entry)));
  for (const file of files) {
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(STATIC)) {
      if (!specifier.startsWith('.')) packages.add(specifier);
      else if (specifier.endsWith('.ts') && existsSync(join(dirname(file), specifier)))
        files.add(join(dirname(file), specifier));
    }
  }
  return packages;
}

const heavy = (packages: ReadonlySet<string>) => [...packages].filter((name) => !name.startsWith('node:')).sort();

test('a repro of a fresh pipeline loads the option parser, and no other package', () => {
  expect(heavy(packagesOf(['cli/main.ts', 'cli/commands/repro.ts']))).toEqual(['commander']);
});

test.each(['dag', 'why', 'logs', 'version', 'init', 'status'])('%s loads no other package either', (verb) => {
  expect(heavy(packagesOf(['cli/main.ts', `cli/commands/${verb}.ts`]))).toEqual(['commander']);
});
