/** The value of an option that counts something. */
import { InvalidArgumentError } from 'commander';

/** `what`: the beginning of a sentence that says what is counted. */
export function parseCount(what: string): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (Number.isInteger(count) && count >= 1) return count;
    throw new InvalidArgumentError(`${what}: 1 or more.`);
  };
}
