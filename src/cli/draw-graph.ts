/**
 * The pipeline as lines of text: one row a stage, in topological order, and a rail from each
 * stage down to the last one that needs it.
 *
 * Pure. Works at any size and in any width, which boxes do not.
 */
export interface DrawnStage {
  readonly name: string;
  readonly upstream: readonly string[];
}

export interface Row {
  /** What stands left of the name: rails, joints and the stage's own mark. */
  readonly rails: string;
  /** Empty between two stages. */
  readonly stage: string | undefined;
}

/** `stages`: in topological order. */
export function drawGraph(stages: readonly DrawnStage[]): readonly Row[] {
  const lastUse = new Map<string, string>();
  for (const { name, upstream } of stages) for (const needed of upstream) lastUse.set(needed, name);
  /** Which stage's rail runs in which column. */
  const columns: (string | undefined)[] = [];
  const rows: Row[] = [];
  for (const { name, upstream } of stages) {
    if (rows.length > 0) rows.push({ rails: renderRails(columns), stage: undefined });
    const needed = new Set(upstream);
    const joined = columns.flatMap((stage, column) => (stage !== undefined && needed.has(stage) ? [column] : []));
    const ending = new Set(joined.filter((column) => lastUse.get(columns[column] ?? '') === name));
    const own = columnFor(columns, ending);
    rows.push({ rails: renderJoints({ columns, joined, ending, own }), stage: name });
    for (const column of ending) columns[column] = undefined;
    columns[own] = lastUse.has(name) ? name : undefined;
    while (columns.length > 0 && columns.at(-1) === undefined) columns.pop();
  }
  return rows;
}

/** Straight down where a rail ends here anyway, else the first that is free. */
function columnFor(columns: readonly (string | undefined)[], ending: ReadonlySet<number>): number {
  const [first] = ending;
  if (first !== undefined) return first;
  const free = columns.indexOf(undefined);
  return free === -1 ? columns.length : free;
}

const renderRails = (columns: readonly (string | undefined)[]): string =>
  columns
    .map((stage) => (stage === undefined ? ' ' : '│'))
    .join(' ')
    .trimEnd();

interface Joints {
  readonly columns: readonly (string | undefined)[];
  readonly joined: readonly number[];
  readonly ending: ReadonlySet<number>;
  readonly own: number;
}

function renderJoints({ columns, joined, ending, own }: Joints): string {
  const from = Math.min(own, ...joined);
  const to = Math.max(own, ...joined);
  const width = Math.max(columns.length, own + 1);
  let text = '';
  for (let column = 0; column < width; column++) {
    const isInside = column >= from && column < to;
    text += jointAt({ column, own, columns, joined, ending, from, to });
    // A rail that is only crossed is left whole: the line passes behind it.
    text += isInside ? '─' : ' ';
  }
  return text.trimEnd();
}

function jointAt({
  column,
  own,
  columns,
  joined,
  ending,
  from,
  to,
}: Joints & { column: number; from: number; to: number }) {
  if (column === own) return '●';
  if (!joined.includes(column)) {
    if (columns[column] !== undefined) return '│';
    return column > from && column < to ? '─' : ' ';
  }
  if (column < own) return ending.has(column) ? (column === from ? '╰' : '┴') : column === from ? '├' : '┼';
  return ending.has(column) ? (column === to ? '╯' : '┴') : column === to ? '┤' : '┼';
}
