import { parseConsoleLine } from './line.ts';

const BANNER = /^(?:Linux version \d+\.\d+|Booting Linux on physical CPU )/u;

/**
 * Whether a kernel says in this text that it is starting to boot. Inside a case that is a reset: a triple fault on x86
 * leaves nothing else behind.
 */
export function hasBootBanner(text: string): boolean {
  return text.includes('Linux') && text.split('\n').some((line) => isBootBanner(parseConsoleLine(line).text));
}

/** Whether a line, without its prefix, is the first of a boot. */
export function isBootBanner(text: string): boolean {
  return BANNER.test(text);
}
