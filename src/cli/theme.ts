/** Colours by meaning, or none: `--no-color`, NO_COLOR and anything that is no terminal get plain text. */

export interface Theme {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  readonly name: Paint;
}

type Paint = (text: string) => string;

export function createTheme(color: boolean): Theme {
  const paint = (open: number, close: number): Paint =>
    color ? (text) => (text === '' ? '' : `\u001b[${open}m${text}\u001b[${close}m`) : (text) => text;
  return {
    strong: paint(1, 22),
    faint: paint(2, 22),
    good: paint(32, 39),
    bad: paint(31, 39),
    warn: paint(33, 39),
    name: paint(36, 39),
  };
}
