/** What `pipe` alone says, for somebody who has never seen it and for somebody who forgot a name. */
import { VERBS } from './verbs.ts';

export function renderOverview(): string {
  return ['Try:', ...EXAMPLES.map(([command, what]) => `  ${command.padEnd(24)}${what}`)].join('\n');
}

export function renderWelcome(hasPipeline: boolean): string {
  const width = Math.max(...VERBS.map(({ name }) => name.length)) + 2;
  const next = hasPipeline
    ? '`pipe status` says what would run here, `pipe repro` runs it.'
    : 'There is no pipeline.yaml here yet: `pipe init` writes a small one that works.';
  return [
    'pipe runs the stages of pipeline.yaml whose inputs changed, and nothing else.',
    '',
    ...VERBS.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`),
    '',
    next,
    '`pipe <command> --help` explains one command.',
  ].join('\n');
}

const EXAMPLES = [
  ['pipe init', 'a small pipeline that works'],
  ['pipe repro', 'bring everything up to date'],
  ['pipe status', 'what would run, and why'],
  ['pipe repro --help', 'all about one command'],
] as const;
