/** The pipeline as a drawing for the terminal, as Mermaid and as DOT. Pure. */
import type { StageStatus } from '../engine/status.ts';
import { textWidth } from '../lib/text-width.ts';
import type { DagNode } from './dag-nodes.ts';
import { drawGraph } from './draw-graph.ts';
import type { Theme } from './theme.ts';

export function renderDrawing(nodes: readonly DagNode[], theme: Theme): string {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const rows = drawGraph(nodes.map(({ name, upstream }) => ({ name, upstream })));
  const width = Math.max(...rows.map(({ rails }) => rails.length));
  const hasStates = nodes.some(({ state }) => state !== undefined);
  const nameWidth = hasStates ? Math.max(...nodes.map(({ name }) => textWidth(name))) : 0;
  return rows
    .map(({ rails, stage: name }) => {
      const node = name === undefined ? undefined : byName.get(name);
      if (node === undefined) return theme.faint(rails);
      const padding = ' '.repeat(Math.max(0, nameWidth - textWidth(node.name)));
      const state = node.state === undefined ? '' : `${padding}  ${paintOf(node.state, theme)(node.state)}`;
      const desc = node.desc ? theme.faint(`  ${node.desc}`) : '';
      const shown = node.stage === undefined ? node.name : theme.name(node.name);
      return `${theme.faint(rails.padEnd(width))}  ${shown}${state}${desc}`;
    })
    .join('\n');
}

function paintOf(state: StageStatus['state'], theme: Theme): (text: string) => string {
  if (state === 'fresh') return theme.good;
  if (state === 'failed') return theme.bad;
  return state === 'frozen' || state === 'unknown' ? theme.faint : theme.warn;
}

export function renderMermaid(nodes: readonly DagNode[]): string {
  // Numbers as ids: any name is right in a label, not every one as an id ("end" is a keyword).
  const id = idsOf(nodes);
  const used = [...new Set(nodes.flatMap(({ state }) => state ?? []))];
  return [
    'flowchart TD',
    ...nodes.map(
      ({ name, state }) => `  ${id(name)}["${name.replaceAll('"', '#quot;')}"]${state ? `:::${state}` : ''}`,
    ),
    ...nodes.flatMap(({ name, upstream }) => upstream.map((needed) => `  ${id(needed)} --> ${id(name)}`)),
    ...used.map((state) => `  classDef ${state} fill:${COLORS[state]},color:#000`),
  ].join('\n');
}

export function renderDot(nodes: readonly DagNode[]): string {
  const id = idsOf(nodes);
  return [
    'digraph pipeline {',
    '  node [shape=box, style="rounded,filled", fillcolor=white];',
    ...nodes.map(({ name, state }) => {
      const color = state === undefined ? '' : `, fillcolor="${COLORS[state]}"`;
      return `  ${id(name)} [label=${JSON.stringify(name)}${color}];`;
    }),
    ...nodes.flatMap(({ name, upstream }) => upstream.map((needed) => `  ${id(needed)} -> ${id(name)};`)),
    '}',
  ].join('\n');
}

function idsOf(nodes: readonly DagNode[]): (name: string) => string {
  const ids = new Map(nodes.map(({ name }, index) => [name, `s${index}`]));
  return (name) => ids.get(name) ?? '';
}

const COLORS: Readonly<Record<StageStatus['state'], string>> = {
  fresh: '#c8e6c9',
  frozen: '#cfd8dc',
  stale: '#ffe0b2',
  unknown: '#fff9c4',
  failed: '#ffcdd2',
  interrupted: '#e1bee7',
};
