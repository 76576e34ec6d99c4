/** The drawing of a pipeline. */
import { expect, test } from 'vitest';
import { drawGraph } from '../../src/cli/draw-graph.ts';
import { fc } from '../support/properties.ts';

const draw = (edges: Readonly<Record<string, readonly string[]>>): string =>
  drawGraph(Object.entries(edges).map(([name, upstream]) => ({ name, upstream })))
    .map(({ rails, stage }) => (stage === undefined ? rails : `${rails} ${stage}`))
    .join('\n');

test('a chain is a straight line', () => {
  expect(draw({ a: [], b: ['a'], c: ['b'] })).toBe('● a\n│\n● b\n│\n● c');
});

test('a rail goes down to the last stage that needs it', () => {
  expect(
    draw({
      import: [],
      prepare: ['import'],
      train: ['prepare'],
      evaluate: ['prepare', 'train'],
      predict: ['prepare', 'evaluate'],
    }),
  ).toBe(
    `● import
│
● prepare
│
├─● train
│ │
├─● evaluate
│ │
●─╯ predict`,
  );
});

test('stages that share nothing stand in a column each, and a rail that is only passed stays whole', () => {
  expect(draw({ a: [], b: [], c: [], d: ['a', 'c'], e: ['b', 'd'] })).toBe(
    `● a
│
│ ● b
│ │
│ │ ● c
│ │ │
●─│─╯ d
│ │
●─╯ e`,
  );
});

test('a stage that nothing is connected to is a point', () => {
  expect(draw({ alone: [], other: [] })).toBe('● alone\n\n● other');
});

const graphs = fc.array(fc.uniqueArray(fc.nat(11), { maxLength: 4 }), { minLength: 1, maxLength: 12 }).map((needs) =>
  needs.map((upstream, n) => ({
    name: `s${n}`,
    upstream: upstream.filter((other) => other < n).map((other) => `s${other}`),
  })),
);

test('every stage has one mark, and a row joins as many rails as it has upstream', () => {
  fc.assert(
    fc.property(graphs, (stages) => {
      const rows = drawGraph(stages);
      for (const { name, upstream } of stages) {
        const { rails } = rows.find(({ stage }) => stage === name) ?? expect.unreachable();
        expect(rails.match(/●/g)).toHaveLength(1);
        const joints = rails.match(/[├┼╰┴┤╯]/g)?.length ?? 0;
        const straight =
          rows[rows.findIndex(({ stage }) => stage === name) - 1]?.rails[rails.indexOf('●')] === '│' ? 1 : 0;
        expect(joints + straight).toBe(upstream.length);
      }
    }),
  );
});
