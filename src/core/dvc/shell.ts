/**
 * Which shell a command of DVC's needs to mean the same in pipe.
 *
 * DVC runs `$SHELL -c`, hence bash on most machines, and goes on after `a` failed in `a; b`. Pipe's
 * default is `/bin/sh -e`. Most commands do the same in both; those that may not keep a shell like DVC's. Pure.
 */

/** Undefined: pipe's default does. */
export function shellFor(scripts: readonly string[]): readonly string[] | undefined {
  const bare = scripts.map(withoutQuoted);
  if (bare.some((script) => BASH.some((pattern) => pattern.test(script)))) return ['bash', '-c'];
  return bare.some((script) => SEVERAL.test(script)) ? ['sh', '-c'] : undefined;
}

/** What a POSIX shell does not know, or knows otherwise. */
const BASH: readonly RegExp[] = [
  /\[\[/,
  /[<>]\(/,
  /&>|\|&|<<</,
  /(^|[\s;&|(])(source|function|pushd|popd|declare|typeset|shopt|mapfile|readarray)\s/,
  /\{[^\s{}]*(\.\.|,)[^\s{}]*\}/,
  /\$'/,
  /(^|[\s;&|])\(\(/,
  /pipefail/,
  /=\(/,
  /\$\{\w+(\[|\^|,|\/|:\d)/,
  /\$(RANDOM|SECONDS|BASH\w*)\b/,
];

/** Several commands in one script: the default shell would stop at the first that fails. */
const SEVERAL = /;|\n\s*\S/;

/** Between quotes a shell takes these characters as they are; templates are filled in before. */
function withoutQuoted(script: string): string {
  return script
    .replaceAll(/(?<!\\)\$\{[^}\n]*\}/g, 'x')
    .replaceAll(/\\.|'[^']*'|"(?:\\.|[^"\\])*"/g, (found) =>
      found.startsWith('"') && found.includes('$(') ? found.slice(1, -1) : 'x',
    );
}
