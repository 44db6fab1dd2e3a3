/** Text of any length, of which the beginning and the end are kept, up to a limit. */
export interface BoundedText {
  append(text: string): void;
  /** The text so far; if something was left out, a line says how much. */
  toString(): string;
}

/** Keeps the first half and the last half of `limit` characters: both where trouble begins and where it ends. */
export function createBoundedText(limit: number): BoundedText {
  const half = Math.floor(limit / 2);
  let head = '';
  let tail = '';
  let leftOut = 0;

  return {
    append(text) {
      const room = half - head.length;
      if (room > 0) head += text.slice(0, room);
      if (text.length <= room) return;
      tail += room > 0 ? text.slice(room) : text;
      // Cut rarely: every cut copies.
      if (tail.length <= 2 * half) return;
      leftOut += tail.length - half;
      tail = tail.slice(-half);
    },
    toString() {
      const over = Math.max(0, tail.length - half);
      const gap = leftOut + over;
      return gap === 0 ? head + tail : `${head}\n[kgate: ${gap} characters left out]\n${tail.slice(over)}`;
    },
  };
}
