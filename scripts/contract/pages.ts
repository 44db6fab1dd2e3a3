import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import { loadSpecs } from '../../src/spec/load-specs.ts';
import { contractPage, errorsSchema, kindsSchema } from './contract-page.ts';
import { PAGES } from './markdown.ts';
import { questionsSchema, reviewPage } from './review-page.ts';

const SPECS = resolve(import.meta.dirname, '../../specs');

/** A page that is written and not edited. */
export interface WrittenPage {
  readonly path: string;
  readonly text: string;
}

/** Renders every page about process_vm_mmap() that follows from the specs. */
export async function writtenPages(): Promise<WrittenPage[]> {
  const [specs, kinds, errors, questions] = await Promise.all([
    loadSpecs(SPECS),
    load('kinds', kindsSchema),
    load('errors', errorsSchema),
    load('questions', questionsSchema),
  ]);
  return [
    { path: resolve(PAGES, 'contract.md'), text: contractPage(kinds, errors, specs) },
    { path: resolve(PAGES, 'review-2019.md'), text: reviewPage(questions, specs) },
  ];
}

async function load<T>(name: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(parse(await readFile(resolve(PAGES, 'contract', `${name}.yaml`), 'utf8')));
}
