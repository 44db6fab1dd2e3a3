import { access, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import test from 'ava';
import { execa } from 'execa';

const root = resolve(import.meta.dirname, '..');

/** Every Markdown page of the repository. */
async function listPages(): Promise<string[]> {
  const { stdout } = await execa('git', ['ls-files', '-co', '--exclude-standard', '*.md'], { cwd: root });
  const pages = stdout.split('\n');
  const present = await Promise.all(pages.map((page) => exists(join(root, page))));
  return pages.filter((_, index) => present[index]);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Targets of a page's links, but those of code blocks and those that leave the repository. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gmu, '').replaceAll(/`[^`\n]*`/gu, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/gu)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/u.test(target));
}

/** The anchors that GitHub gives a page's headings. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gmu)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\d\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test('every link of every page leads to a file, and to a heading that it has', async (t) => {
  const pages = await listPages();
  t.true(pages.length > 20);
  for (const page of pages) {
    for (const link of linksOf(await readFile(join(root, page), 'utf8'))) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? join(root, page) : join(root, dirname(page), path);
      t.true(await exists(target), `${page} links to ${link}`);
      if (anchor !== undefined && target.endsWith('.md'))
        t.true(anchorsOf(await readFile(target, 'utf8')).has(anchor), `${page} links to ${link}`);
    }
  }
});

test('every page of docs/ is in its list of pages', async (t) => {
  const list = await readFile(join(root, 'docs/README.md'), 'utf8');
  const listed = new Set(linksOf(list).map((link) => join('docs', link)));
  const pages = (await listPages()).filter(
    (page) => page.startsWith('docs/') && basename(page) !== 'README.md',
  );
  t.deepEqual(
    pages.filter((page) => !listed.has(page)),
    [],
  );
});

test('no page is empty', async (t) => {
  for (const page of await listPages())
    t.true((await readFile(join(root, page), 'utf8')).trim().length > 100, page);
});
