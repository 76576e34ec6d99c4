/**
 * docs/cli.md from the help texts themselves: `npx tsx scripts/docs-cli.ts`. A test holds the file to them.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../src/cli/main.ts';
import { VERBS } from '../src/cli/verbs.ts';

export const CLI_MANUAL = join(import.meta.dirname, '..', 'docs', 'cli.md');

const INTRODUCTION = `# Every command

<!-- Generated from the help texts: npx tsx scripts/docs-cli.ts -->

\`pipe <command> --help\` prints what stands here. Errors go to standard error and say what, where, and what to do
([errors.md](errors.md)); everything else goes to standard output.

| exit code | means |
|---|---|
| 0 | fine |
| 1 | a stage failed; with \`status -q\`: something is not fresh |
| 2 | usage, or something in your files is wrong and nothing ran |
| 3 | a remote or a server cannot be reached, or refuses |
| 70 | a bug in pipe; the text says what to report |
| 130, 143, 129 | stopped by Ctrl-C, SIGTERM, SIGHUP: outs from before are back in place, nothing is left running |

A second Ctrl-C kills the commands that take their time to stop; a third leaves at once, and the next \`repro\` puts things right.

With \`--json\` every command prints JSON: \`repro\` one event a line ([the shapes](../src/core/event.ts)), all others one value ([json.md](json.md)).
A parameter's value keeps its type: a float without fraction is \`{"float": "1.0"}\`, an integer beyond 2⁵³ \`{"int": "…"}\`.
A failure that keeps a command from doing its work is one line \`{"type": "failure", "failure": {"code": …}}\`.
`;

export async function renderCliManual(): Promise<string> {
  const sections = [`## pipe\n\n${fenced(await helpOf(['--help']))}`];
  for (const { name } of VERBS) sections.push(`## pipe ${name}\n\n${await sectionOf([name])}`);
  return [INTRODUCTION, ...sections].join('\n');
}

/** A verb's own help, and that of the verbs below it (\`pipe model list\`). */
async function sectionOf(path: readonly string[]): Promise<string> {
  const help = await helpOf([...path, '--help']);
  const parts = [fenced(help)];
  for (const name of subcommandsIn(help)) {
    const below = [...path, name];
    parts.push(`### pipe ${below.join(' ')}\n\n${fenced(await helpOf([...below, '--help']))}`);
  }
  return parts.join('\n');
}

function subcommandsIn(help: string): readonly string[] {
  const [, listed = ''] = /^Commands:\n((?: .*\n)+)/m.exec(help) ?? [];
  const names = [...listed.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name ?? '');
  return names.filter((name) => name !== 'help');
}

async function helpOf(argv: readonly string[]): Promise<string> {
  let text = '';
  const stream = { columns: 100, write: (part: string) => (text += part) };
  await main(argv, {
    cwd: '/',
    env: { NO_COLOR: '1' },
    stdout: stream,
    stderr: stream,
    onSignal: () => () => undefined,
    killCommands: () => undefined,
    exitNow: () => undefined,
  });
  return text;
}

const fenced = (text: string): string => `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;

if (process.argv[1] === import.meta.filename) writeFileSync(CLI_MANUAL, await renderCliManual());
