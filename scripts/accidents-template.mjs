/**
 * What `pipe init --template accidents` writes, made from the project's own accidents pipeline: the stage
 * programs bundled so that they need nothing but Node, pipeline.yaml with these in place of its sources.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const PROGRAM = /^(\s+)cmd: tsx stages\/(\w+)\.ts$/;
const CODE_DEP = /^\s+- (stages|src)\//;

/** `bundle`: as in scripts/build.mjs. */
export async function makeAccidentsTemplate({ root, dist, bundle }) {
  const folder = join(dist, 'templates/accidents');
  const programs = readdirSync(join(root, 'stages')).filter((name) => name.endsWith('.ts'));
  for (const program of programs) {
    const entryFileNames = 'templates/accidents/stages/[name].mjs';
    const input = { [basename(program, '.ts')]: `stages/${program}` };
    await bundle({ input, format: 'esm', entryFileNames, codeSplitting: false });
  }
  mkdirSync(join(folder, 'data/incoming'), { recursive: true });
  writeFileSync(join(folder, 'data/incoming/.gitkeep'), '');
  cpSync(join(root, 'data/to_predict.csv'), join(folder, 'data/to_predict.csv'));
  cpSync(join(root, 'params.yaml'), join(folder, 'params.yaml'));
  writeFileSync(join(folder, 'pipeline.yaml'), withBundledPrograms(readFileSync(join(root, 'pipeline.yaml'), 'utf8')));
}

function withBundledPrograms(text) {
  let program = '';
  return text
    .split('\n')
    .flatMap((line) => {
      const [, indent, name] = PROGRAM.exec(line) ?? [];
      if (name !== undefined) {
        program = name;
        return [`${indent}cmd: node stages/${name}.mjs`];
      }
      if (/^\s+deps:/.test(line)) return [line, `      - stages/${program}.mjs`];
      return CODE_DEP.test(line) ? [] : [line];
    })
    .join('\n');
}
