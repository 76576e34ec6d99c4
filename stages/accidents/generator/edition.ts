/**
 * What differs between the official tables of one year and another, besides their values: names,
 * columns and habits of those who filled them in. All of it is read by name or not at all, so that
 * the 28 features of an accident are the same in every edition.
 */
export interface Edition {
  /** Of the accident number in caracteristiques. */
  readonly keyName: string;
  /** Does every user have a number of its own, `id_usager`? */
  readonly hasUserNumbers: boolean;
  /** Is each road of an accident a row of lieux, or only the first? */
  readonly listsAllRoads: boolean;
  /** Of a road marker that is not known; -1 is " -1" in the file. */
  readonly unknownMarker: string | number;
  /** Of a road number without a letter. */
  readonly noSuffix: string;
}

export function editionOf(year: number): Edition {
  return {
    keyName: year === 2022 ? 'Accident_Id' : 'Num_Acc',
    hasUserNumbers: year >= 2022,
    listsAllRoads: year >= 2023,
    unknownMarker: year >= 2023 ? -1 : '(1)',
    noSuffix: year >= 2024 ? 'N/A' : '',
  };
}
