/** What a page holds, and where that came from. */
export interface Content {
  /** What was written to it; 0 for a page of zeroes. */
  readonly value: number;
  /** It was freed with MADV_FREE: until the next write it may read as zeroes instead. */
  readonly mayBeZero: boolean;
  /** Nothing is known of it: the file ended within the page. */
  readonly isUnknown?: true;
  readonly how: 'never written' | 'written' | 'discarded' | 'wiped' | 'cut';
  /** The step that made it so; 0 is the beginning. */
  readonly step: number;
}

export const UNTOUCHED: Content = { value: 0, mayBeZero: false, how: 'never written', step: 0 };

export const written = (value: number, step: number): Content => ({
  value,
  mayBeZero: false,
  how: 'written',
  step,
});

/** The page within which a file ended, or ends. */
export const cut = (step: number): Content => ({
  value: 0,
  mayBeZero: false,
  isUnknown: true,
  how: 'cut',
  step,
});

export const zeroed = (how: 'discarded' | 'wiped', step: number): Content => ({
  value: 0,
  mayBeZero: false,
  how,
  step,
});

/** Whether reading may show this. */
export function mayShow({ value, mayBeZero, isUnknown }: Content, seen: number): boolean {
  return isUnknown === true || seen === value || (mayBeZero && seen === 0);
}

/** All that reading may show; undefined for SIGBUS. */
export function allowedValues(content: Content | undefined): readonly (number | undefined)[] {
  if (content === undefined) return [undefined];
  return content.mayBeZero && content.value !== 0 ? [content.value, 0] : [content.value];
}

/** What is known after this was read. Pages that were freed stay free to become zeroes until they are. */
export function afterReading(content: Content, seen: number): Content {
  return content.mayBeZero && seen === 0 ? { ...content, value: 0, mayBeZero: false } : content;
}
