/** A cell of a CSV file that is safe to open in a spreadsheet. Pure. */

/** Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers. */
export function toCsvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
