/** Plots of several revisions, drawn: a page without network, SVG, PNG, specifications. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRig, type Rig } from '../support/workspace.ts';
import { type } from './fake-io.ts';

const PIPELINE = `stages:
  train:
    cmd: cp src.csv loss.csv; mkdir -p img; cp pixel.png img/one.png
    deps: [src.csv]
    plots:
      - loss.csv: {x: epoch, y: loss, title: "Loss <&>"}
      - img
`;
/** One red pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

async function twoRevisions(): Promise<Rig> {
  const rig = createRig({ 'pipeline.yaml': PIPELINE, 'src.csv': 'epoch,loss\n1,3\n2,2\n3,1\n' });
  writeFileSync(join(rig.root, 'pixel.png'), Buffer.from(PIXEL, 'base64'));
  rig.git('init', '-q');
  await rig.repro();
  rig.git('add', '-A');
  rig.git('commit', '-qm', 'one');
  rig.write('src.csv', 'epoch,loss\n1,2\n2,1\n3,0\n');
  await rig.repro();
  return rig;
}

test('plots diff: one page with everything in it; data of HEAD comes from the cache, images stand side by side', async () => {
  const rig = await twoRevisions();
  expect(await type('plots diff -o out/plots.html', rig.root)).toEqual({
    exitCode: 0,
    stderr: '',
    stdout: 'out/plots.html\n',
  });
  const page = rig.read('out/plots.html');
  expect(page).toContain('<h1>Plots: HEAD, workspace</h1>');
  expect(page.match(/<svg/g)).toHaveLength(1);
  expect(page).toContain('Loss &lt;&amp;&gt;');
  expect(page.match(new RegExp(`<img src="data:image/png;base64,${PIXEL}"`, 'g'))).toHaveLength(2);
  // Nothing is fetched: no address but the names of XML's own vocabularies.
  expect(
    [...page.matchAll(/https?:\/\/[^"' ]+/g)]
      .map(([url]) => url)
      .filter((url) => !url.startsWith('http://www.w3.org/')),
  ).toEqual([]);
});

test('the same picture is the same text, every time', async () => {
  const rig = await twoRevisions();
  await type('plots show loss.csv --svg -o one', rig.root);
  await type('plots show loss.csv --svg -o two', rig.root);
  expect(rig.read('one/loss.csv.svg')).toBe(rig.read('two/loss.csv.svg'));
  expect(rig.read('one/loss.csv.svg')).toMatch(/^<svg/);
});

test('--png writes a file a plot, and one for each image and revision', async () => {
  const rig = await twoRevisions();
  const { stdout } = await type('plots diff --png -o pics', rig.root);
  expect(stdout.split('\n').sort()).toEqual([
    '',
    'pics/img-one.png-HEAD.png',
    'pics/img-one.png-workspace.png',
    'pics/loss.csv.png',
  ]);
  expect(readFileSync(join(rig.root, 'pics/loss.csv.png')).subarray(1, 4).toString()).toBe('PNG');
  expect(readFileSync(join(rig.root, 'pics/img-one.png-HEAD.png')).toString('base64')).toBe(PIXEL);
});

test('--json prints specifications with the data of both revisions', async () => {
  const rig = await twoRevisions();
  const { plots, revisions } = JSON.parse((await type('plots diff --json', rig.root)).stdout);
  expect(revisions).toEqual(['HEAD', 'workspace']);
  expect(plots[0].spec.data.values).toEqual([
    ...[3, 2, 1].map((y, index) => ({ revision: 'HEAD', series: 'loss', x: index + 1, y })),
    ...[2, 1, 0].map((y, index) => ({ revision: 'workspace', series: 'loss', x: index + 1, y })),
  ]);
  expect(plots[1]).toEqual({ id: 'img/one.png', kind: 'images', revisions: ['HEAD', 'workspace'] });
});

test.each([
  'simple',
  'smooth',
  'scatter',
  'bar',
  'bar_horizontal',
  'bar_horizontal_sorted',
  'confusion',
  'confusion_normalized',
  'roc',
])('template %s draws something', async (template) => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {}', 'a.csv': 'x,y\n0,0.1\n0.5,0.7\n1,1\n' });
  expect(await type(`plots show a.csv -x x -y y -t ${template} --svg -o .`, rig.root)).toMatchObject({
    exitCode: 0,
    stderr: '',
  });
  expect(rig.read('a.csv.svg')).toMatch(/<path[^>]+d="M/);
});

test('what cannot be drawn is told, the rest is drawn, exit 1', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {}\nplots: [a.csv, b.csv: {y: nosuch}, c.json]\n',
    'a.csv': 'y\n1\n2\n',
    'b.csv': 'y\n1\n',
    'c.json': '{',
  });
  const { exitCode, stdout, stderr } = await type('plots show', rig.root);
  expect([exitCode, stdout]).toEqual([1, '.pipe/plots/index.html\n']);
  expect(stderr).toContain('warning: b.csv of workspace has nothing to draw in nosuch');
  expect(stderr).toContain('warning: c.json of workspace cannot be read');
});

test('nothing declared: said so', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {}' });
  expect(await type('plots show', rig.root)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('nothing to draw'),
  });
});
