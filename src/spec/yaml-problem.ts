import { isMap, isNode, visit, type Document, type YAMLError, type YAMLMap } from 'yaml';

/** A fault that the YAML parser found, in kgate's words. Offsets count characters from the start of the text. */
export interface YamlProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** Says what is wrong with a YAML text. `lineOf` turns an offset into a line number. */
export function describeYamlProblem(
  document: Document.Parsed,
  error: YAMLError,
  lineOf: (offset: number) => number,
): YamlProblem {
  const [start, end] = error.pos;
  if (error.code === 'DUPLICATE_KEY') {
    const keys = findKeys(document, start);
    if (keys !== undefined) {
      const message = `The key "${keys.text}" is given twice; it was first on line ${lineOf(keys.first)}.`;
      return { start, end: keys.end, message };
    }
  }
  return { start, end, message: describe(error) };
}

/** The key at an offset, and where the mapping has the same key first. */
function findKeys(document: Document.Parsed, offset: number) {
  const found: { text: string; first: number; end: number }[] = [];
  visit(document, {
    Map: (_, map: YAMLMap) => {
      const keys = map.items.flatMap(({ key }) =>
        isNode(key) && key.range
          ? [{ text: String(key.toJSON()), start: key.range[0], end: key.range[1] }]
          : [],
      );
      const here = keys.find(({ start }) => start === offset);
      const first = keys.find(({ text }) => text === here?.text);
      if (here !== undefined && first !== undefined && isMap(map))
        found.push({ text: here.text, first: first.start, end: here.end });
    },
  });
  return found[0];
}

function describe({ code, message }: YAMLError): string {
  const quote = /^Missing closing (?<quote>["'])/u.exec(message)?.groups?.['quote'];
  if (quote !== undefined) return `Expected a closing ${quote}.`;
  const bracket = /end with an? (?<bracket>[\]}])/u.exec(message)?.groups?.['bracket'];
  if (bracket !== undefined) return `Expected a closing ${bracket}, or more indentation.`;
  if (message.startsWith('Implicit map keys need'))
    return 'Expected a colon and a value after this key, as in "key: value".';
  if (message.startsWith('All mapping items'))
    return 'This key is not indented like the other keys of its mapping.';
  const line = message.split('\n', 1).join('');
  return BY_CODE[code] ?? (line.endsWith('.') ? line : `${line}.`);
}

/** What the parser's codes mean, in the words of someone who writes specs. */
const BY_CODE: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  TAB_AS_INDENT: 'This line is indented with a tab; YAML allows only spaces.',
  BLOCK_AS_IMPLICIT_KEY: 'Expected one "key: value" on this line; put text that contains ": " in quotes.',
  BAD_SCALAR_START: 'Text cannot start with this character; put it in quotes.',
  MULTIPLE_DOCS: 'Expected one YAML document; a second one starts here.',
};
