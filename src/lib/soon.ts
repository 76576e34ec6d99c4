/**
 * Answers that are mostly at hand: a value, or a promise of one. An `async` function makes promises even when there is nothing
 * to wait for, and for thousands of fresh stages those cost more than the answers.
 *
 * Invariant: what is at hand is handed on in the same turn; after a failure nothing more is asked.
 */
import { ok, type Result } from './result.ts';

export type Soon<T> = T | Promise<T>;

/** Goes on with the value, if there is one. */
export function chain<T, U, E>(soon: Soon<Result<T, E>>, then: (value: T) => Soon<Result<U, E>>): Soon<Result<U, E>> {
  if (soon instanceof Promise) return soon.then((result) => (result.ok ? then(result.value) : result));
  return soon.ok ? then(soon.value) : soon;
}

/** One after the other, waiting only where it has to. */
export function eachInTurn<T, E>(items: readonly T[], act: (item: T) => Soon<Result<void, E>>): Soon<Result<void, E>> {
  return goOn(items.values(), act);
}

function goOn<T, E>(items: Iterator<T>, act: (item: T) => Soon<Result<void, E>>): Soon<Result<void, E>> {
  for (let next = items.next(); next.done !== true; next = items.next()) {
    const done = act(next.value);
    if (done instanceof Promise) return done.then((result) => (result.ok ? goOn(items, act) : result));
    if (!done.ok) return done;
  }
  return DONE;
}

/** What `act` says when there is nothing to say. */
export const DONE: Result<void, never> = ok(undefined);
