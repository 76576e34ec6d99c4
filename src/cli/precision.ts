/** The option that says to how many decimals figures are rounded. */
import { InvalidArgumentError } from 'commander';

export function parsePrecision(text: string): number {
  const digits = Number(text);
  if (Number.isInteger(digits) && digits >= 0 && digits <= 20) return digits;
  throw new InvalidArgumentError('It is a number of decimals: 0 to 20.');
}
