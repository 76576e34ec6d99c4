/**
 * How the official tables look, by year: names, columns, order. Knows nothing of bytes or files.
 *
 * A new year or an older one is a new entry here; readers ask by column name and need no change.
 */
export type TableName = 'caracteristiques' | 'lieux' | 'usagers' | 'vehicules';

export const TABLE_NAMES: readonly TableName[] = ['caracteristiques', 'lieux', 'usagers', 'vehicules'];

export interface Layout {
  /** First and last year published like this. */
  readonly years: readonly [from: number, to: number];
  readonly separator: string;
  readonly columns: Readonly<Record<TableName, readonly string[]>>;
}

const words = (text: string): readonly string[] => text.split(' ');

const LAYOUTS: readonly Layout[] = [
  {
    years: [2021, 2100],
    separator: ';',
    columns: {
      caracteristiques: words('Num_Acc jour mois an hrmn lum dep com agg int atm col adr lat long'),
      lieux: words('Num_Acc catr voie v1 v2 circ nbv vosp prof pr pr1 plan lartpc larrout surf infra situ vma'),
      usagers: words(
        'Num_Acc id_vehicule num_veh place catu grav sexe an_nais trajet secu1 secu2 secu3 locp actp etatp',
      ),
      vehicules: words('Num_Acc id_vehicule num_veh senc catv obs obsm choc manv motor occutc'),
    },
  },
];

export const FIRST_YEAR = Math.min(...LAYOUTS.map(({ years: [from] }) => from));
export const LAST_YEAR = Math.max(...LAYOUTS.map(({ years: [, to] }) => to));

/** Throws for a year outside FIRST_YEAR … LAST_YEAR: params and file names are checked against these first. */
export function layoutOf(year: number): Layout {
  const layout = LAYOUTS.find(({ years: [from, to] }) => year >= from && year <= to);
  if (layout === undefined) throw new Error(`no layout for ${year}`);
  return layout;
}

/** The name under which import_data files a table, whatever it was called when downloaded. */
export const tableFile = (table: TableName, year: number): string => `${table}-${year}.csv`;
