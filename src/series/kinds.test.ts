import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../errors.ts';
import { bytesOfText } from '../util/byte-text.ts';
import { loadSeries } from './load-series.ts';
import { parsePatch } from './patches/patch-text.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/series/kinds');

/** What is right is written down beside each input, in NAME.expected.json. */
async function read(name: string): Promise<unknown> {
  try {
    const series = await loadSeries({ kind: 'path', path: join(FOLDER, name) });
    const { title, version, cover, baseCommit, changeId, prerequisites, notices } = series;
    return {
      version,
      title,
      ...(cover === undefined ? {} : { cover: cover.subject }),
      ...(baseCommit === undefined ? {} : { baseCommit }),
      ...(changeId === undefined ? {} : { changeId }),
      ...(prerequisites.length === 0 ? {} : { prerequisites }),
      patches: series.patches.map(({ subject, text }) => ({
        subject,
        author: /^From: (.*)$/mu.exec(text)?.[1],
        files: parsePatch(text).map(({ path }) => path),
        hunks: parsePatch(text).flatMap(({ hunks }) =>
          // One character for each byte.
          hunks.map((hunk) => Buffer.from(bytesOfText(hunk.text)).toString('latin1').split('\n')),
        ),
      })),
      notices,
    };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const local = (text: string) => text.replaceAll(`${FOLDER}/`, '');
    return {
      code: error.code,
      message: local(error.message),
      hint: error.hint,
      ...(error.detail === undefined ? {} : { detail: local(error.detail) }),
    };
  }
}

for (const name of readdirSync(FOLDER).filter((each) => !each.endsWith('.expected.json')))
  test(`${name} gives what is written down beside it`, async (t) => {
    const expected: unknown = JSON.parse(await readFile(join(FOLDER, `${name}.expected.json`), 'utf8'));
    t.deepEqual(JSON.parse(JSON.stringify(await read(name))), expected);
  });
