/** Who is let in, and when. */
import { expect, test } from 'vitest';
import { type Amounts, Capacity } from '../../src/lib/capacity.ts';
import { fc } from '../support/properties.ts';

/** Asks in order; tells who is in after everybody has had the chance. */
async function ask(capacity: Capacity, asked: Readonly<Record<string, Amounts>>, inside: Set<string>): Promise<void> {
  for (const [name, amounts] of Object.entries(asked)) void capacity.acquire(amounts).then(() => inside.add(name));
  await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

test('as many are in as there is room for; who leaves lets the next in', async () => {
  const capacity = new Capacity({ slots: 2 });
  const inside = new Set<string>();
  await ask(capacity, { a: { slots: 1 }, b: { slots: 1 }, c: { slots: 1 }, d: { slots: 1 } }, inside);
  expect([...inside]).toEqual(['a', 'b']);
  capacity.release({ slots: 1 });
  await ask(capacity, {}, inside);
  expect([...inside]).toEqual(['a', 'b', 'c']);
});

test('who needs two slots is not overtaken for ever by those who need one', async () => {
  const capacity = new Capacity({ slots: 2 });
  const inside = new Set<string>();
  await ask(capacity, { a: { slots: 1 }, big: { slots: 2 }, b: { slots: 1 } }, inside);
  expect([...inside]).toEqual(['a']);
  capacity.release({ slots: 1 });
  await ask(capacity, {}, inside);
  expect([...inside]).toEqual(['a', 'big']);
});

test('who waits for the pool keeps nobody from the slots', async () => {
  const capacity = new Capacity({ slots: 3, gpu: 1 });
  const inside = new Set<string>();
  await ask(capacity, { a: { slots: 1, gpu: 1 }, b: { slots: 1, gpu: 1 }, c: { slots: 1 } }, inside);
  expect([...inside]).toEqual(['a', 'c']);
});

test('who wants more than there is gets all of it, and gives back as much', async () => {
  const capacity = new Capacity({ slots: 2 });
  const inside = new Set<string>();
  await ask(capacity, { huge: { slots: 9 }, a: { slots: 1 }, b: { slots: 1 }, c: { slots: 1 } }, inside);
  expect([...inside]).toEqual(['huge']);
  capacity.release({ slots: 9 });
  await ask(capacity, {}, inside);
  expect([...inside]).toEqual(['huge', 'a', 'b']);
});

test('what is not limited is not counted', async () => {
  const capacity = new Capacity({ slots: 2 });
  const inside = new Set<string>();
  await ask(capacity, { a: { slots: 1, gpus: 8 }, b: { slots: 1, gpus: 8 } }, inside);
  expect([...inside]).toEqual(['a', 'b']);
});

const amounts = fc.record({ slots: fc.integer({ min: 1, max: 4 }), gpu: fc.integer({ min: 0, max: 2 }) });

test('never is more taken than there is, and everybody gets in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(amounts, { maxLength: 30 }), async (asked) => {
      const total = { slots: 3, gpu: 1 };
      const capacity = new Capacity(total);
      let [slots, gpu] = [0, 0];
      const most = { slots: 0, gpu: 0 };
      const clipped = (one: (typeof asked)[number]) => ({ slots: Math.min(one.slots, 3), gpu: Math.min(one.gpu, 1) });
      const stay = async (one: (typeof asked)[number]) => {
        await capacity.acquire(one);
        slots += clipped(one).slots;
        gpu += clipped(one).gpu;
        most.slots = Math.max(most.slots, slots);
        most.gpu = Math.max(most.gpu, gpu);
        await Promise.resolve();
        slots -= clipped(one).slots;
        gpu -= clipped(one).gpu;
        capacity.release(one);
      };
      await Promise.all(asked.map(stay));
      expect(most.slots <= total.slots && most.gpu <= total.gpu).toBe(true);
    }),
  );
});
