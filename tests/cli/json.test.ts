/**
 * docs/json.md: what `--json` prints, verb by verb, as it really comes out. `UPDATE_DOCS=1 npx vitest run
 * tests/cli/json.test.ts` writes the page anew; a difference is a change that programs of others will notice.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRig, type Rig } from '../support/workspace.ts';
import { type } from './fake-io.ts';
import { writeTwoVersions } from './two-versions.ts';

const PAGE = join(import.meta.dirname, '../../docs/json.md');

const INTRODUCTION = `# What \`--json\` prints

<!-- Written by tests/cli/json.test.ts (UPDATE_DOCS=1), and held by it. -->

With \`--json\` every command prints JSON on standard output and nothing else there: \`repro\`, \`run\` and \`exp run\` one event a line
([the shapes](../src/core/event.ts)), all others one value. A failure is one more line, \`{"type": "failure", "failure": {"code": …}}\`, with an exit code other than
0; codes are in [errors.md](errors.md). In the library the same values have types ([library.md](library.md)).

Below, names of types stand for values, and \`…\` for more of the same; keys that come from the example (paths, parameters) are its own. Keys may be added in
later releases; none changes its name or type without a new major version. Times are milliseconds where a key ends in \`ms\` or \`Ms\`, and ISO 8601 in UTC elsewhere;
sizes are bytes.
`;

/** In this order: each may build on what the one before left. */
const VERBS = [
  'status',
  'repro',
  'status train',
  'why train',
  'dag',
  'runs',
  'logs train',
  'trace model.txt',
  'metrics show',
  'metrics diff HEAD workspace',
  'params set lr=3.0',
  'params diff HEAD workspace',
  'diff HEAD workspace',
  'ls',
  'add raw.csv',
  'move raw.csv table.csv',
  'freeze train',
  'unfreeze train',
  'commit',
  'checkout',
  'unprotect',
  'remote add main store',
  'remote list',
  'push',
  'fetch',
  'gc --workspace --dry',
  'clean',
  'forget train',
  'remove table.csv',
  'doctor',
  'version',
] as const;

const FILES = {
  'pipeline.yaml': `stages:
  prepare: {cmd: mkdir -p data; cp in.txt data/rows, deps: [in.txt], outs: [data]}
  train:
    cmd: |
      echo training
      cat data/rows > model.txt; echo '{"score": 0.5}' > metrics.json
    deps: [data/rows]
    params: [lr]
    outs: [model.txt]
    metrics: [metrics.json: {cache: false}]
`,
  'params.yaml': 'lr: 2.0\n',
  'in.txt': 'rows\n',
  'raw.csv': 'a,b\n',
};

const MODEL_VERB = 'model diff 1 2';

async function makeRig(): Promise<Rig> {
  const rig = createRig(FILES);
  rig.git('init', '-q');
  rig.git('add', '.');
  rig.git('commit', '-q', '-m', 'first');
  await rig.repro();
  rig.git('add', '.');
  rig.git('commit', '-q', '-m', 'locks');
  rig.write('in.txt', 'more rows\n');
  rig.git('rm', '-q', '--cached', 'raw.csv');
  return rig;
}

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    const shapes = new Map(value.map((item) => [JSON.stringify(shapeOf(item)), shapeOf(item)]));
    return shapes.size === 0 ? [] : [...shapes.values()].slice(0, 3).concat(value.length > 1 ? ['…'] : []);
  }
  if (value === null) return null;
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shapeOf(member)]));
}

test('docs/json.md says what every verb prints with --json', async () => {
  const rig = await makeRig();
  const sections: string[] = [];
  for (const verb of VERBS) {
    const { stdout, stderr } = await type(`${verb} --json`, rig.root);
    expect({ verb, stderr }).toEqual({ verb, stderr: '' });
    const isEvents = verb === 'repro';
    const values = isEvents
      ? stdout
          .trim()
          .split('\n')
          .map((line) => shapeOf(JSON.parse(line)))
      : [shapeOf(JSON.parse(stdout))];
    const shown = values.map((value) => JSON.stringify(value, null, isEvents ? undefined : 2));
    sections.push(`## \`pipe ${verb}\`\n\n\`\`\`json\n${[...new Set(shown)].join('\n')}\n\`\`\`\n`);
  }
  const { root } = await writeTwoVersions();
  const compared = JSON.stringify(shapeOf(JSON.parse((await type(`${MODEL_VERB} --json`, root)).stdout)), null, 2);
  sections.push(`## \`pipe ${MODEL_VERB}\`\n\n\`\`\`json\n${compared}\n\`\`\`\n`);
  const page = [INTRODUCTION, ...sections].join('\n');
  if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});
