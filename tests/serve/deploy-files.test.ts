/** What stands in deploy/ for Prometheus and Grafana, compared with what a real daemon answers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { createProject, modelText, WAIT } from './support/project.ts';
import { bodyOf } from './support/rig.ts';

const DEPLOY = join(import.meta.dirname, '../../deploy');
const read = (name: string): string => readFileSync(join(DEPLOY, name), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity?: string };
  readonly annotations: { readonly summary?: string; readonly description?: string };
}

interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

const rules: readonly Rule[] = parse(read('prometheus-rules.yaml')).groups.flatMap(
  (group: { readonly rules: readonly Rule[] }) => group.rules,
);
const dashboard: Dashboard = JSON.parse(read('grafana-dashboard.json'));
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...dashboard.annotations.list.map(({ expr }) => expr),
];

/** A daemon that has answered, refused and retrained once: then every metric has a series. */
async function scrape(): Promise<string> {
  const project = await createProject();
  await project.promote(modelText(1));
  project.write('source.json', modelText(2));
  const daemon = await project.serve('--metrics-listen', '127.0.0.1:0');
  const token = await daemon.token('admin', 'admin123');
  await daemon.predict(token);
  const headers = { Authorization: `Bearer ${token}` };
  const { job_id: id } = await bodyOf(await daemon.request('/retrain', { method: 'POST', headers }));
  await vi.waitUntil(
    async () => (await bodyOf(await daemon.request(`/retrain/${id}`, { headers }))).finished_at !== null,
    WAIT,
  );
  if (daemon.metrics === undefined) throw new Error('no metrics are answered');
  expect((await fetch(new URL('/predict', daemon.metrics))).status).toBe(404);
  expect((await fetch(daemon.metrics, { method: 'POST' })).status).toBe(405);
  const text = await (await fetch(daemon.metrics)).text();
  expect(text).toContain('pipe_retrains_total{model="accidents",outcome="promoted",trigger="api"} 1');
  expect(await daemon.stop()).toBe(0);
  return text;
}

test('every metric and label that alerts and dashboard use is there', async () => {
  const text = await scrape();
  const names = new Set([...text.matchAll(/^(\w+)(?:\{| )/gm)].map(([, name]) => name));
  const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, name]) => name));
  const ofPrometheus = new Set(['instance', 'job']);
  const used = expressions.flatMap((expr) =>
    [...expr.matchAll(/\b(?:pipe|process|nodejs)_\w+/g)].map(([name]) => name),
  );
  expect(used.length).toBeGreaterThan(20);
  expect(used.filter((name) => !names.has(name))).toEqual([]);
  const usedLabels = expressions.flatMap((expr) => [
    ...[...expr.matchAll(/(\w+)=~?"/g)].map(([, name = '']) => name),
    ...[...expr.matchAll(/(\w+)!="/g)].map(([, name = '']) => name),
    ...[...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)),
  ]);
  expect(usedLabels.filter((name) => !labels.has(name) && !ofPrometheus.has(name))).toEqual([]);
});

test('every alert says how grave it is, what is so and what to look at', () => {
  expect(rules.length).toBeGreaterThan(5);
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { labels, annotations } of rules)
    expect([labels, annotations]).toEqual([
      { severity: expect.stringMatching(/^(page|warn)$/) },
      { summary: expect.any(String), description: expect.any(String) },
    ]);
});
