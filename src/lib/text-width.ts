/**
 * How many columns of a terminal a text takes, and the part of it that fits.
 *
 * Knows wide characters (East Asian, emoji) and those that take none (combining marks). What would
 * move the cursor or change colours is taken out first: other programs' output is not to be trusted.
 */

/** Printable text of one line: no escape sequences, no control characters, tabs as spaces. */
export function plainLine(text: string): string {
  return text.replaceAll('\t', '  ').replaceAll(ESCAPE, '').replaceAll(CONTROL, '');
}

export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** At least `columns` wide. */
export const padText = (text: string, columns: number): string =>
  `${text}${' '.repeat(Math.max(0, columns - textWidth(text)))}`;

/** At most `columns` wide; what was cut is shown by `…`. */
export function fitText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let width = 1;
  let kept = '';
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) break;
    kept += character;
  }
  return columns < 1 ? '' : `${kept}…`;
}

function characterWidth(character: string): number {
  if (NARROW.test(character)) return 1;
  if (NONE.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

const ESCAPE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
const NARROW = /^[\u0020-\u007e]/;
const NONE = /^[\p{Mn}\p{Me}\p{Cf}]/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\p{Emoji_Presentation}\u{20000}-\u{3fffd}]/u;
