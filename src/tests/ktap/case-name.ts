import { createHash } from 'node:crypto';
import type { KtapCase } from './flatten-ktap.ts';

/** Longer names are cut off; files are named after cases. */
const NAME_MAX = 100;

/**
 * The names of tests as cases have them: letters, digits and `._-`, so that they can be written on a command line and
 * name a file. What changes from run to run is left out of them: addresses. Each name is given once; `taken` are others
 * that are not free.
 */
export function caseNames(tests: readonly KtapCase[], taken: readonly string[] = []): string[] {
  const seen = new Set(taken);
  return tests.map((one) => {
    const plain = plainName(textOf(one));
    let unique = plain;
    for (let times = 2; seen.has(unique); times += 1) unique = `${plain}_${times}`;
    seen.add(unique);
    return unique;
  });
}

/** A test of kselftest that was skipped, or expected to fail, has its name behind the directive. */
function textOf({ name, test: { name: own, status, reason = '' } }: KtapCase): string {
  const said = reason.replace(/^(?:XFAIL|ERROR|TODO|TIMEOUT)\b\s*/u, '');
  return own !== '' || status === 'crashed' || said === ''
    ? name
    : name.replace(/[^/]*$/u, said.replaceAll('$', '$$$$'));
}

function plainName(text: string): string {
  const name = text
    .replaceAll(/0x[0-9a-f]{6,}/giu, 'ADDRESS')
    .replaceAll('/', '.')
    .replaceAll(/[^\w.-]+/gu, '_')
    .replaceAll(/^[_.-]+|[_.]+$/gu, '');
  const known = /^\d*$/u.test(name) ? `test_${name === '' ? digest(text) : name}` : name;
  return known.length <= NAME_MAX ? known : `${known.slice(0, NAME_MAX - DIGEST - 1)}_${digest(known)}`;
}

const DIGEST = 8;
const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, DIGEST);
