import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One `config` or `menuconfig` entry; a symbol may have several. */
export interface KconfigEntry {
  /** Relative to the tree. */
  readonly file: string;
  readonly line: number;
  /** Expressions that must all hold, those of enclosing menus and ifs included. */
  readonly depends: readonly string[];
  /** Present when a person may set the symbol; the expressions under which that is so. */
  readonly prompt: readonly string[] | undefined;
  /** The number of the choice that it is a member of. */
  readonly choice: number | undefined;
}

/** The symbols that select this one. */
export interface Selection {
  readonly by: string;
  /** The `if` of the select; empty when there is none. */
  readonly condition: string;
}

/** The parts of a tree's Kconfig files that explain the values of one architecture's symbols. */
export interface Kconfig {
  readonly entries: ReadonlyMap<string, readonly KconfigEntry[]>;
  readonly selections: ReadonlyMap<string, readonly Selection[]>;
}

/** Reads a tree's Kconfig files, starting at the top. `sourceArch` is the name of the folder below `arch/`. */
export async function readKconfig(root: string, sourceArch: string): Promise<Kconfig> {
  const reader = new KconfigReader(root, sourceArch);
  await reader.read('Kconfig');
  return reader;
}

/** The block around a statement: a menu or an if with its conditions, or a choice. */
interface Block {
  readonly conditions: string[];
  /** `visible if` of a menu: hides prompts without forbidding the symbols. */
  readonly visible: string[];
  readonly choice: number | undefined;
}

/** An entry while its attributes are being read. */
interface OpenEntry extends KconfigEntry {
  readonly name: string;
  readonly depends: string[];
  prompt: readonly string[] | undefined;
}

class KconfigReader implements Kconfig {
  readonly entries = new Map<string, KconfigEntry[]>();
  readonly selections = new Map<string, Selection[]>();
  readonly #root: string;
  readonly #sourceArch: string;
  readonly #blocks: Block[] = [];
  #choices = 0;

  constructor(root: string, sourceArch: string) {
    this.#root = root;
    this.#sourceArch = sourceArch;
  }

  async read(file: string): Promise<void> {
    // An explanation does not need a file that is missing.
    const text = await readFile(join(this.#root, file), 'utf8').catch(() => '');
    // The owner of attributes: a symbol, the menu or choice just opened, or neither.
    let owner: OpenEntry | Block | undefined;
    for (const { keyword, rest, line } of statements(text)) {
      if (keyword === 'config' || keyword === 'menuconfig') owner = this.#begin(rest, file, line);
      else if (keyword === 'source') {
        owner = undefined;
        await this.read(unquote(rest).replaceAll('$(SRCARCH)', this.#sourceArch));
      } else if (STRUCTURE.has(keyword)) owner = this.#structure(keyword, rest);
      else if (owner !== undefined && 'name' in owner) this.#attribute(owner, keyword, rest);
      else if (owner !== undefined) blockAttribute(owner, keyword, rest);
    }
  }

  #begin(name: string, file: string, line: number): OpenEntry {
    const choice = this.#blocks.at(-1)?.choice;
    const depends = this.#blocks.flatMap(({ conditions }) => conditions);
    const entry: OpenEntry = { name, file, line, depends, choice, prompt: undefined };
    append(this.entries, name, entry);
    return entry;
  }

  /** Opens or closes a block; returns the block whose attributes may follow. */
  #structure(keyword: string, rest: string): Block | undefined {
    if (keyword.startsWith('end')) this.#blocks.pop();
    if (keyword !== 'if' && keyword !== 'menu' && keyword !== 'choice') return undefined;
    const choice = keyword === 'choice' ? ++this.#choices : undefined;
    const block: Block = { conditions: keyword === 'if' ? [rest] : [], visible: [], choice };
    this.#blocks.push(block);
    return keyword === 'if' ? undefined : block;
  }

  #attribute(entry: OpenEntry, keyword: string, rest: string): void {
    const [body = '', condition = ''] = splitCondition(rest);
    if (keyword === 'depends') entry.depends.push(rest.replace(/^on\s+/u, ''));
    else if (keyword === 'select') append(this.selections, body, { by: entry.name, condition });
    else if (PROMPTS.has(keyword) && /^["']/u.test(body))
      entry.prompt = [
        ...this.#blocks.flatMap(({ visible }) => visible),
        ...(condition === '' ? [] : [condition]),
      ];
  }
}

const PROMPTS = new Set(['bool', 'tristate', 'string', 'int', 'hex', 'prompt']);
const STRUCTURE = new Set(['mainmenu', 'menu', 'endmenu', 'choice', 'endchoice', 'if', 'endif', 'comment']);

function blockAttribute(block: Block, keyword: string, rest: string): void {
  if (keyword === 'depends') block.conditions.push(rest.replace(/^on\s+/u, ''));
  if (keyword === 'visible') block.visible.push(rest.replace(/^if\s+/u, ''));
}

interface Statement {
  readonly keyword: string;
  readonly rest: string;
  readonly line: number;
}

/** The statements of a Kconfig file: help texts and comments left out, continued lines joined. */
function* statements(text: string): Generator<Statement> {
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1;
    let content = lines[index] ?? '';
    while (content.endsWith('\\')) content = content.slice(0, -1) + (lines[++index] ?? '');
    const match = /^\s*([a-z_]+)(?:\s+(.*))?$/u.exec(withoutComment(content));
    const [, keyword, rest = ''] = match ?? [];
    if (keyword === undefined) continue;
    if (keyword === 'help') index = endOfHelp(lines, index + 1) - 1;
    else yield { keyword, rest: rest.trim(), line };
  }
}

/** A help text ends before the first line that is indented less than its first one. */
function endOfHelp(lines: readonly string[], start: number): number {
  let indent: number | undefined;
  for (let index = start; index < lines.length; index++) {
    const content = lines[index] ?? '';
    if (content.trim() === '') continue;
    const width = content.replaceAll('\t', '        ').search(/\S/u);
    indent ??= width;
    if (width < indent || indent === 0) return index;
  }
  return lines.length;
}

function withoutComment(line: string): string {
  return line.replace(/^((?:[^"'#]|"[^"]*"|'[^']*')*)#.*$/u, '$1').trimEnd();
}

/** Splits `bool "Text" if X` and `select Y if X`; an "if" inside the quotes is text. */
function splitCondition(rest: string): string[] {
  const match = /^("(?:[^"\\]|\\.)*"|'[^']*'|\S+)(?:\s+if\s+(.*))?$/u.exec(rest);
  return match === null ? [rest] : [match[1] ?? '', match[2] ?? ''];
}

function unquote(text: string): string {
  return text.replaceAll(/^["']|["']$/gu, '');
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
