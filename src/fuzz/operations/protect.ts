import { choiceField } from '../language/field.ts';
import { defineOperation, type Actor } from '../language/operation.ts';
import type { Access } from '../model/page.ts';
import { populateLocked } from '../model/populate.ts';
import {
  address,
  anyCountField,
  bytes,
  drawAnyRange,
  drawEnd,
  endField,
  pageField,
  within,
} from './arguments.ts';

/** `mprotect()`: at a hole it stops, and what it has changed by then stays changed. */
export const protect = defineOperation({
  name: 'mprotect',
  guest: 'protect',
  fields: {
    page: pageField,
    count: anyCountField,
    access: choiceField('none', 'read', 'write'),
    end: endField,
  },
  generate(random, { process }) {
    const access = random.pick(['none', 'read', 'read', 'write', 'write']);
    const isRefused = access === 'write' && random.chance(0.2);
    const range = drawAnyRange(random, process, isRefused ? ({ mayWrite }) => !mayWrite : undefined);
    return range && { ...range, access, end: drawEnd(random) };
  },
  outcomes({ page, count, access }, actor) {
    if (count === 0) return [{ ending: 'none', because: 'there is nothing to protect' }];
    const mapped = actor.process.mappedFrom(page, within(page, count));
    const refused = actor.process
      .range(page, mapped)
      .findIndex((one) => access === 'write' && one?.mayWrite === false);
    const reached = refused === -1 ? mapped : refused;
    const apply = (): void => protectPages(actor, page, reached, access);
    if (refused !== -1) return [{ ending: 'EACCES', because: 'a page of it may never be written to', apply }];
    return mapped === count
      ? [{ ending: 'none', because: 'all of it is mapped', apply }]
      : [{ ending: 'ENOMEM', because: 'a part of the range is not mapped', apply }];
  },
  source({ page, count, access, end }) {
    const protection = { write: 'PROT_READ | PROT_WRITE', read: 'PROT_READ', none: 'PROT_NONE' }[access];
    return `mprotect(${address(page)}, ${bytes(count, end)}, ${protection})`;
  },
});

/** Locked private memory that becomes writable is filled at once. */
function protectPages({ world, process }: Actor, first: number, count: number, access: Access): void {
  const filled = process.range(first, count).map((page) => {
    return page?.locked === true && !page.shared && page.access !== 'write' && access === 'write';
  });
  world.change(process, first, count, (page) => (page.access === access ? page : { ...page, access }));
  for (const [index, wanted] of filled.entries()) if (wanted) populateLocked(process, first + index, 1);
}
