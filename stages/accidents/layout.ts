/**
 * How the official tables look, by year: names, columns, order, separator, encoding. Knows nothing of
 * files.
 *
 * A new year or an older one is a new entry here; readers ask by column name and need no change.
 */
export type TableName = 'caracteristiques' | 'lieux' | 'usagers' | 'vehicules';

export const TABLE_NAMES: readonly TableName[] = ['caracteristiques', 'lieux', 'usagers', 'vehicules'];

/** One table as it is written in one year. */
export interface TableLayout {
  /** In the official order, under the names that the stages use. */
  readonly columns: readonly string[];
  /** Columns that some editions of the same year lack. */
  readonly optional: readonly string[];
  /** Official names that differ from ours: theirs to ours. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Is another order than the official one a damage? Otherwise the header is taken at its word. */
  readonly isOrdered: boolean;
  /** One of these. */
  readonly separators: readonly string[];
  /** Latin-1 is what a file that is not UTF-8 is read as; without it such a file is refused. */
  readonly isMaybeLatin1: boolean;
  /** May a quote stand inside a field without quotes, even where the header is quoted? */
  readonly allowsBareQuotes: boolean;
}

interface Edition {
  /** First and last year published like this. */
  readonly years: readonly [from: number, to: number];
  readonly tables: Readonly<Record<TableName, TableLayout>>;
}

const words = (text: string): readonly string[] => text.split(' ');

/** Since 2019: semicolons, UTF-8, an accident's vehicle by `id_vehicule`, the speed limit `vma`. */
function modern(columns: string, differences: Partial<TableLayout> = {}): TableLayout {
  return {
    columns: words(columns),
    optional: [],
    aliases: new Map(),
    isOrdered: true,
    separators: [';'],
    isMaybeLatin1: false,
    allowsBareQuotes: false,
    ...differences,
  };
}

/** Until 2018 the order was never written down and the tables were edited by hand: only names are certain. */
function old(columns: string): TableLayout {
  return {
    ...modern(columns),
    isOrdered: false,
    separators: [',', '\t'], // tabs: caracteristiques of 2009
    isMaybeLatin1: true,
    allowsBareQuotes: true,
  };
}

const MODERN = {
  caracteristiques: modern('Num_Acc jour mois an hrmn lum dep com agg int atm col adr lat long'),
  lieux: modern('Num_Acc catr voie v1 v2 circ nbv vosp prof pr pr1 plan lartpc larrout surf infra situ vma'),
  usagers: modern(
    'Num_Acc id_usager id_vehicule num_veh place catu grav sexe an_nais trajet secu1 secu2 secu3 locp actp etatp',
    { optional: ['id_usager'] }, // since 2022, and in later editions of the years before
  ),
  vehicules: modern('Num_Acc id_vehicule num_veh senc catv obs obsm choc manv motor occutc'),
};

const EDITIONS: readonly Edition[] = [
  {
    years: [2005, 2018],
    tables: {
      caracteristiques: old('Num_Acc an mois jour hrmn lum agg int atm col com adr gps lat long dep'),
      lieux: old('Num_Acc catr voie v1 v2 circ nbv pr pr1 vosp prof plan lartpc larrout surf infra situ env1'),
      usagers: old('Num_Acc place catu grav sexe trajet secu locp actp etatp an_nais num_veh'),
      vehicules: old('Num_Acc senc catv occutc obs obsm choc manv num_veh'),
    },
  },
  { years: [2019, 2021], tables: MODERN },
  {
    years: [2022, 2022],
    tables: {
      ...MODERN,
      caracteristiques: { ...MODERN.caracteristiques, aliases: new Map([['Accident_Id', 'Num_Acc']]) },
    },
  },
  { years: [2023, 2100], tables: MODERN },
];

export const FIRST_YEAR = Math.min(...EDITIONS.map(({ years: [from] }) => from));
export const LAST_YEAR = Math.max(...EDITIONS.map(({ years: [, to] }) => to));
/** Years before lack columns that the features are made of. */
export const FIRST_USABLE_YEAR = 2019;

/** Throws for a year outside FIRST_YEAR … LAST_YEAR: params and file names are checked against these first. */
export function layoutOf(table: TableName, year: number): TableLayout {
  const edition = EDITIONS.find(({ years: [from, to] }) => year >= from && year <= to);
  if (edition === undefined) throw new Error(`no layout for ${year}`);
  return edition.tables[table];
}

/** The name under which import_data files a table, whatever it was called when downloaded. */
export const tableFile = (table: TableName, year: number): string => `${table}-${year}.csv`;
