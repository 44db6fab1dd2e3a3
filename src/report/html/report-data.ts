/** What the page's script needs to know about all cases at once; types only. */
export interface ReportIndex {
  /** One for each row of the list, by its number. */
  readonly rows: readonly IndexedRow[];
  /** Where guests ran: `linux-6.12 on arm64`. */
  readonly places: readonly string[];
  /** For the timeline. */
  readonly guests: readonly IndexedGuest[];
  readonly preparations: readonly IndexedPreparation[];
}

export interface IndexedRow {
  readonly spec: string;
  readonly case: string;
  /** Standings by architecture. */
  readonly standings: Readonly<Record<string, string>>;
  /** Text that a search matches besides the row's own. */
  readonly words: string;
  /** Which block of details has it, and where in the block. */
  readonly block: number;
  readonly place: number;
}

/** A build or boot of the timeline. */
export type IndexedPreparation = readonly [lane: number, startedMs: number, ms: number, words: string];

/** A guest of the timeline: a tuple, since there are thousands. */
export type IndexedGuest = readonly [
  row: number,
  /** Index into `places`. */
  place: number,
  outcome: string,
  slot: number,
  startedMs: number,
  ms: number,
];
