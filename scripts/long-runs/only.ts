/** Whether a part of a long run is asked for: by all words of one of the filters, or because there are none. */
export function isWanted(part: readonly string[], filters: readonly string[]): boolean {
  const words = new Set(part.flatMap((name) => name.split(' ')));
  return filters.length === 0 || filters.some((filter) => filter.split(' ').every((word) => words.has(word)));
}

/** The filters that no part answers to: a misspelt one must not look like a finished run. */
export function unmatched(
  parts: readonly (readonly string[])[],
  filters: readonly string[],
): readonly string[] {
  return filters.filter((filter) => !parts.some((part) => isWanted(part, [filter])));
}
