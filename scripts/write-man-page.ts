// Writes docs/kgate.1, the manual page, from the help of every command. Run it with "npm run man" after a change to a
// command line; a test fails while the page is stale.
import { writeFile } from 'node:fs/promises';
import { writtenManPage, MAN_PAGE } from './man/written-man-page.ts';

await writeFile(MAN_PAGE, await writtenManPage());
console.log(`Wrote ${MAN_PAGE}`);
