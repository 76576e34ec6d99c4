/** What a program loads when it runs: imports of values, followed through files of the project; types vanish. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareCodeUnits } from '../../src/lib/canonical-json.ts';

/** Root-relative, sorted, the program itself included. */
export function importedFiles(root: string, program: string): readonly string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const imported of valueImports(readFileSync(join(root, file), 'utf8'))) visit(join(dirname(file), imported));
  };
  visit(program);
  return [...seen].sort(compareCodeUnits);
}

/** `import { type A, b }` loads its file, `import type` does not. */
function valueImports(text: string): readonly string[] {
  const imports = text.matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?from\s+'(\.[^']+)'/gm);
  return [...imports].flatMap(([, path]) => (path === undefined ? [] : [path]));
}
