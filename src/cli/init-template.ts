/**
 * The example that `pipe init` writes: two stages that need nothing but sh and node, small enough
 * to be read in a minute and to be changed into one's own.
 */
export const TEMPLATE: Readonly<Record<string, string>> = {
  'pipeline.yaml': `# Stages run when something they read has changed. Try: pipe repro, pipe status, pipe dag.
stages:
  count:
    desc: how often each word occurs
    cmd: node stages/count.mjs
    deps:
      - data/text.txt
      - stages/count.mjs
    params:
      - params.json: [count]
    outs:
      - artifacts/words.json

  report:
    desc: the most frequent words, for people
    cmd: node stages/report.mjs
    deps:
      - artifacts/words.json
      - stages/report.mjs
    params:
      - params.json: [report]
    outs:
      - artifacts/report.txt
`,
  'params.json': `{
  "count": { "min_length": 4 },
  "report": { "top": 5 }
}
`,
  'data/text.txt': `The river does not ask the mountain for its name.
It takes the water that the mountain gives, carries it through the valley,
and gives the valley a name of its own: the valley of the river.
`,
  'stages/count.mjs': `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const { min_length } = JSON.parse(readFileSync('params.json', 'utf8')).count;
const words = readFileSync('data/text.txt', 'utf8').toLowerCase().match(/\\p{L}+/gu) ?? [];

const counts = {};
for (const word of words.filter((word) => word.length >= min_length)) counts[word] = (counts[word] ?? 0) + 1;

mkdirSync('artifacts', { recursive: true });
writeFileSync('artifacts/words.json', JSON.stringify(counts, null, 2));
console.log(\`\${words.length} words, \${Object.keys(counts).length} different ones of \${min_length} letters or more\`);
`,
  'stages/report.mjs': `import { readFileSync, writeFileSync } from 'node:fs';

const { top } = JSON.parse(readFileSync('params.json', 'utf8')).report;
const counts = Object.entries(JSON.parse(readFileSync('artifacts/words.json', 'utf8')));

counts.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
const lines = counts.slice(0, top).map(([word, count]) => \`\${String(count).padStart(3)}  \${word}\`);
writeFileSync('artifacts/report.txt', \`\${lines.join('\\n')}\\n\`);
console.log(lines.join('\\n'));
`,
};
