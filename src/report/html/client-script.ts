import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';

/** Sources run as they are in a checkout, and compiled in the published package. */
const EXTENSION = extname(import.meta.filename);

const IMPORT = /^import\s[^;]*?from\s+'(\.\/[\w.-]+)';\n/gmu;

/**
 * The page's script as one text: a module of `client/` and those it imports, each once and before the modules that need
 * it. All of them share one scope, so no two may declare the same top-level name.
 */
export async function loadClientScript(entry: string): Promise<string> {
  const modules = new Map<string, string>();
  await collect(join(import.meta.dirname, 'client', `${entry}${EXTENSION}`), modules);
  return [...modules.values()].join('\n');
}

async function collect(file: string, modules: Map<string, string>): Promise<void> {
  if (modules.has(file)) return;
  // Reserves its place while its own imports are read: a cycle ends here.
  modules.set(file, '');
  const source = await readFile(file, 'utf8');
  const script = EXTENSION === '.ts' ? stripTypes(source) : source;
  for (const [, path = ''] of script.matchAll(IMPORT)) await collect(resolve(dirname(file), path), modules);
  modules.delete(file);
  modules.set(file, withoutModule(script));
}

/** What remains of a module in the shared scope. The compiler writes `export {}` if nothing is exported. */
export function withoutModule(script: string): string {
  return script
    .replaceAll(IMPORT, '')
    .replaceAll(/^export \{\};?$/gmu, '')
    .replaceAll(/^export (?=\w)/gmu, '')
    .trim();
}

/**
 * What Node itself does to run kgate; calling it prints a warning that it is experimental, which is of no use to users.
 */
function stripTypes(source: string): string {
  const warn = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = warn;
  }
}
