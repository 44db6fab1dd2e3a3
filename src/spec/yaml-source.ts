import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  LineCounter,
  parseDocument,
  visit,
  type Document,
} from 'yaml';
import type { Diagnostic, SourceRange } from './diagnostic.ts';
import { describeYamlProblem } from './yaml-problem.ts';

/** A path into a YAML value: keys and indexes. */
export type YamlPath = readonly PropertyKey[];

/** A YAML text that knows the place of each of its values. */
export interface YamlSource {
  readonly file: string;
  /** The plain value, not validated. */
  readonly value: unknown;
  /** Syntax errors and duplicate keys. */
  readonly diagnostics: readonly Diagnostic[];
  /** False when the syntax is so broken that `value` says nothing. */
  readonly usable: boolean;
  /** A problem with the value at a path, or with the nearest value above that exists. */
  diagnoseValue(path: YamlPath, message: string): Diagnostic;
  /** A problem with the last key of a path. */
  diagnoseKey(path: YamlPath, message: string): Diagnostic;
}

/** Parses YAML 1.2 and keeps all positions. Never throws: problems go into `diagnostics`. */
export function parseYamlSource(text: string, file: string): YamlSource {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    strict: true,
    logLevel: 'error',
  });
  const lines = text.split(/\r?\n/u);
  const diagnose = (start: number, end: number, message: string): Diagnostic => {
    const { line, col } = lineCounter.linePos(start);
    const range: SourceRange = { line: Math.max(1, line), column: Math.max(1, col), length: end - start };
    return { file, range, message, sourceLine: lines[range.line - 1] ?? '' };
  };
  const lineOf = (offset: number): number => lineCounter.linePos(offset).line;
  const problems = [...document.errors, ...document.warnings];
  const dangling = danglingAliases(document).map(({ name, at: [start, end] }) =>
    diagnose(start, end, `There is no anchor "&${name}" above this alias.`),
  );
  const keys = compositeKeys(document).map(([start, end]) =>
    diagnose(start, end, 'Expected text as a key, found a list or a mapping; put text in quotes.'),
  );
  const sound =
    dangling.length === 0 &&
    keys.length === 0 &&
    document.errors.every(({ code }) => code === 'DUPLICATE_KEY');
  const value = sound ? plainValue(document) : undefined;
  return {
    file,
    value,
    usable: sound && value !== TOO_MANY_ALIASES,
    diagnostics: [
      ...problems.map((problem) => {
        const { start, end, message } = describeYamlProblem(document, problem, lineOf);
        return diagnose(start, end, message);
      }),
      ...dangling,
      ...keys,
      ...(value === TOO_MANY_ALIASES
        ? [diagnose(0, 1, 'Aliases of aliases multiply here; write the values out.')]
        : []),
    ],
    diagnoseValue: (path, message) => diagnose(...valueRange(document, path), message),
    diagnoseKey: (path, message) => diagnose(...keyRange(document, path), message),
  };
}

type Offsets = readonly [start: number, end: number];

const TOO_MANY_ALIASES = Symbol('too many aliases');

/** The parser refuses values that a few lines of aliases blow up to billions. */
function plainValue(document: Document.Parsed): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (error instanceof ReferenceError) return TOO_MANY_ALIASES;
    throw error;
  }
}

/** Aliases of anchors that do not exist: the parser lets them pass, and throws when the value is asked for. */
function danglingAliases(document: Document.Parsed): { readonly name: string; readonly at: Offsets }[] {
  const found: { name: string; at: Offsets }[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) === undefined)
        found.push({ name: alias.source, at: [alias.range?.[0] ?? 0, alias.range?.[1] ?? 1] });
    },
  });
  return found;
}

/** Keys that are lists or mappings, as in an unquoted `{{ name }}`: YAML has them, no file of kgate's does. */
function compositeKeys(document: Document.Parsed): Offsets[] {
  const found: Offsets[] = [];
  visit(document, {
    Pair(_key, { key }) {
      const node = isAlias(key) ? key.resolve(document) : key;
      if (isCollection(node) && isNode(key)) found.push([key.range?.[0] ?? 0, key.range?.[1] ?? 1]);
    },
  });
  return found;
}

function valueRange(document: Document.Parsed, path: YamlPath): Offsets {
  for (let length = path.length; length >= 0; length--) {
    const node = nodeAt(document, path.slice(0, length));
    if (isNode(node) && node.range) return [node.range[0], node.range[1]];
  }
  return [0, 1];
}

function keyRange(document: Document.Parsed, path: YamlPath): Offsets {
  const parent = nodeAt(document, path.slice(0, -1));
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isPair(item) && keyText(item.key) === String(path.at(-1)));
    if (isNode(pair?.key) && pair.key.range) return [pair.key.range[0], pair.key.range[1]];
  }
  return valueRange(document, path);
}

function nodeAt(document: Document.Parsed, path: YamlPath): unknown {
  return path.length === 0 ? document.contents : document.getIn(path, true);
}

const keyText = (key: unknown): string => (isNode(key) ? String(key.toJSON()) : String(key));
