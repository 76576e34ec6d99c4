import { expect, test } from 'vitest';
import { Schedule } from '../../src/core/schedule.ts';
import { fc } from '../support/properties.ts';

const diamond: Record<string, readonly string[]> = { a: [], b: ['a'], c: ['a'], d: ['b', 'c'] };
const create = (upstream: Record<string, readonly string[]>) =>
  new Schedule({ stages: Object.keys(upstream), upstream: (stage) => upstream[stage] ?? [] });

test('a stage is ready when all its upstream is done, not before', () => {
  const schedule = create(diamond);
  expect([schedule.next(), schedule.next()]).toEqual(['a', undefined]);
  schedule.settle('a', 'done');
  expect([schedule.next(), schedule.next(), schedule.next()]).toEqual(['b', 'c', undefined]);
  schedule.settle('c', 'done');
  expect(schedule.next()).toBeUndefined();
  schedule.settle('b', 'done');
  expect(schedule.next()).toBe('d');
  schedule.settle('d', 'done');
  expect(schedule.finished).toBe(true);
});

test('a failure blocks everything downstream and nothing else', () => {
  const schedule = create({ ...diamond, e: [] });
  schedule.next();
  expect([...schedule.settle('a', 'failed')].sort()).toEqual(['b', 'c', 'd']);
  expect(schedule.next()).toBe('e');
  schedule.settle('e', 'done');
  expect(schedule.finished).toBe(true);
});

test('upstream that takes no part counts as done', () => {
  const schedule = new Schedule({ stages: ['d'], upstream: (stage) => diamond[stage] ?? [] });
  expect(schedule.next()).toBe('d');
});

test('every stage of any graph is taken exactly once, after its upstream', () => {
  const graph = fc
    .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
    .map((rows) =>
      Object.fromEntries(rows.map((needs, i) => [`s${i}`, i === 0 ? [] : [...new Set(needs.map((n) => `s${n % i}`))]])),
    );
  fc.assert(
    fc.property(graph, (upstream) => {
      const schedule = create(upstream);
      const done: string[] = [];
      for (let stage = schedule.next(); stage !== undefined; stage = schedule.next()) {
        expect(upstream[stage]?.every((need) => done.includes(need))).toBe(true);
        schedule.settle(stage, 'done');
        done.push(stage);
      }
      expect([...done].sort()).toEqual(Object.keys(upstream).sort());
    }),
  );
});

test('settling a stage that does not run is a bug', () => {
  expect(() => create(diamond).settle('a', 'done')).toThrow('not running');
});
