/** What the page's script needs of all cases at once; types only. */
export interface ReportIndex {
  /** One for each row of the list, by its number. */
  readonly rows: readonly IndexedRow[];
  /** For the timeline; one for each guest. */
  readonly guests: readonly IndexedGuest[];
}

export interface IndexedRow {
  readonly spec: string;
  readonly case: string;
  /** Standings by architecture. */
  readonly standings: Readonly<Record<string, string>>;
  /** What a search finds besides the row's own words. */
  readonly words: string;
  /** Which block of details has it, and where in that. */
  readonly block: number;
  readonly place: number;
}

export interface IndexedGuest {
  readonly row: number;
  readonly label: string;
  readonly slot: number;
  readonly from: number;
  readonly to: number;
}
