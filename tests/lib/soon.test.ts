import { describe, expect, test } from 'vitest';
import { err, ok, type Result } from '../../src/lib/result.ts';
import { chain, DONE, eachInTurn } from '../../src/lib/soon.ts';

const late = async <T>(value: T): Promise<T> => value;

describe('an answer that may take a moment', () => {
  test('is handed on at once when it is at hand', () => {
    expect(chain(ok(1), (one) => ok(one + 1))).toEqual(ok(2));
  });

  test('is waited for when it is not', async () => {
    const answer = chain(late(ok(1)), (one) => ok(one + 1));
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toEqual(ok(2));
  });

  test('ends with the first failure, at hand or not', async () => {
    const never = (): Result<void, string> => {
      throw new Error('asked after a failure');
    };
    expect(chain(err('no'), never)).toEqual(err('no'));
    expect(await chain(late(err('no')), never)).toEqual(err('no'));
  });
});

describe('many in turn', () => {
  test('wait only for what is not at hand, and keep their order', async () => {
    const seen: number[] = [];
    const see = (item: number) => {
      seen.push(item);
      return DONE;
    };
    expect(eachInTurn([1, 2, 3], see)).toEqual(ok(undefined));
    const answer = eachInTurn([4, 5, 6], (item) => (item === 5 ? late(see(item)) : see(item)));
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(await answer).toEqual(ok(undefined));
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('stop at the first failure', async () => {
    const seen: number[] = [];
    const fail = (item: number): Result<void, string> => {
      seen.push(item);
      return item === 2 ? err('two') : DONE;
    };
    expect(eachInTurn([1, 2, 3], fail)).toEqual(err('two'));
    expect(await eachInTurn([1, 2, 3], (item) => late(fail(item)))).toEqual(err('two'));
    expect(seen).toEqual([1, 2, 1, 2]);
  });
});
