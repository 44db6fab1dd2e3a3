import type { SeenPage } from '../guest/decode-reply.ts';
import { allowedValues, mayShow } from '../model/content.ts';
import { describeContent } from '../model/describe-content.ts';
import { contentOf, mustBePresent, type Page } from '../model/page.ts';
import { ARENA_PAGES, type Process } from '../model/process.ts';
import { BUS, describeSeen } from '../model/seen.ts';
import { contentSignature } from './content-signature.ts';
import type { Divergence } from './divergence.ts';

export type Wrong = Pick<Divergence, 'text' | 'signature' | 'expected'>;

/** Compares all of a process's memory with the model. */
export function judgeLook(
  process: Process,
  seenAt: (page: number) => SeenPage,
  mayBeSwapped: boolean,
): Wrong | undefined {
  for (let number = 0; number < ARENA_PAGES; number += 1) {
    const wrong = judgePage(number, process.pages[number], seenAt(number), mayBeSwapped);
    if (wrong !== undefined) return { ...wrong, text: `page ${number} ${wrong.text}` };
  }
  return undefined;
}

function judgePage(
  number: number,
  page: Page | undefined,
  seen: SeenPage,
  mayBeSwapped: boolean,
): Wrong | undefined {
  const wrong = judgeMapping(page, seen);
  const rights = page && rightsOf(page);
  if (wrong !== undefined) return { ...wrong, expected: { kind: 'mapping', page: number, rights } };
  if (page === undefined) return undefined;
  if (seen.isLocked !== page.locked) return wrongLock(number, seen.isLocked);
  if (!mayBeSwapped && mustBePresent(page) && !seen.isPresent)
    return {
      text: 'is not in memory, the model says it is',
      signature: 'look: not in memory',
      expected: { kind: 'presence', page: number },
    };
  return page.access === 'none' ? undefined : judgeContent(number, page, seen.content);
}

function judgeMapping(page: Page | undefined, seen: SeenPage): Omit<Wrong, 'expected'> | undefined {
  if (page === undefined)
    return seen.isMapped
      ? { text: 'is mapped, the model says it is not', signature: 'look: mapped' }
      : undefined;
  if (!seen.isMapped) return { text: 'is not mapped, the model says it is', signature: 'look: not mapped' };
  if (seen.access !== page.access)
    return {
      text: `has the access "${seen.access}", the model says "${page.access}"`,
      signature: `look: access ${seen.access} instead of ${page.access}`,
    };
  if (seen.isShared === page.shared) return undefined;
  const [is, says] = seen.isShared ? ['shared', 'private'] : ['private', 'shared'];
  return { text: `is ${is}, the model says ${says}`, signature: 'look: shared or private' };
}

function wrongLock(number: number, isLocked: boolean): Wrong {
  return {
    text: isLocked ? 'is locked, the model says it is not' : 'is not locked, the model says it is',
    signature: isLocked ? 'look: locked' : 'look: not locked',
    expected: { kind: 'lock', page: number, isLocked: !isLocked },
  };
}

/** As /proc/PID/maps has it. */
function rightsOf({ access, shared }: Page): string {
  return `${{ none: '---', read: 'r--', write: 'rw-' }[access]}${shared ? 's' : 'p'}`;
}

function judgeContent(number: number, page: Page, seen: number): Wrong | undefined {
  const content = contentOf(page);
  if (content === undefined ? seen === BUS : mayShow(content, seen)) return undefined;
  const says = content === undefined ? 'SIGBUS' : describeContent(content);
  return {
    text: `reads ${describeSeen(seen)}, the model says ${says}`,
    signature: contentSignature(seen),
    expected: { kind: 'content', page: number, values: allowedValues(content) },
  };
}
