import { defineOperation } from '../language/operation.ts';
import { describePage, endOfRead } from '../model/access.ts';
import { afterReading, allowedValues, mayShow, type Content } from '../model/content.ts';
import { contentOf } from '../model/page.ts';
import { setContent } from '../model/set-content.ts';
import { describeContent } from '../model/describe-content.ts';
import { describeSeen } from '../model/seen.ts';
import { address, drawPage, pageField } from './arguments.ts';

/** Reads the words of a page. */
export const read = defineOperation({
  name: 'read',
  guest: 'read_page',
  fields: { page: pageField },
  generate(random, { process }) {
    const page = drawPage(random, process, ({ access }) => access !== 'none');
    return page === undefined ? undefined : { page };
  },
  outcomes({ page: number }, { process }) {
    const page = process.pages[number];
    const ending = endOfRead(page);
    const content = page && contentOf(page);
    if (ending !== 'none' || page === undefined || content === undefined)
      return [{ ending, because: describePage(page) }];
    return [
      {
        ending,
        because: describePage(page),
        expected: content.value,
        shows: { page: number, values: allowedValues(content) },
        wrong: (seen) => wrongContent(content, seen, `page ${number}`),
        apply(seen) {
          const after = afterReading(content, seen);
          if (after !== content) setContent(process, number, after);
        },
      },
    ];
  },
  source: ({ page }) => `read_page(${address(page)})`,
});

/** What is wrong with what a page showed, in words. */
export function wrongContent(content: Content, seen: number, where: string): string | undefined {
  if (mayShow(content, seen)) return undefined;
  return `${where} reads ${describeSeen(seen)}, the model says ${describeContent(content)}`;
}
