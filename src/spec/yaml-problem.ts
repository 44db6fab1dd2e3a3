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
  return BY_MESSAGE.find(([begins]) => message.startsWith(begins))?.[1] ?? BY_CODE[code];
}

/** What the parser's messages mean, by their beginning, where its code covers more than one mistake. */
const BY_MESSAGE: readonly (readonly [begins: string, meaning: string])[] = [
  ['Implicit map keys need', 'Expected a colon and a value after this key, as in "key: value".'],
  ['All mapping items', 'This key is not indented like the other keys of its mapping.'],
  ['All sequence items', 'This "-" is not indented like the others of its list.'],
  ['A block sequence may not', 'A list cannot begin here; check its indentation.'],
  ['Missing , ', 'Expected a comma before this item.'],
  ['Missing space after :', 'Expected a space after the colon.'],
  ['Comments must be', 'Expected a space before "#", which begins a comment; put text in quotes.'],
  ['Tags and anchors must be', 'Expected a space after this anchor or tag.'],
  ['Sequence item without', 'Expected "- " before this item of a list.'],
  ['Missing directives-end', 'Expected "---" below a line that starts with "%"; put text in quotes.'],
  ['Block collection cannot start', 'Expected a new line after "---".'],
  ['Block scalar header', 'Expected nothing but the text below after "|" or ">"; put other text in quotes.'],
  ['Block scalar', 'This is not indented like the text that begins below "|" or ">".'],
];

/** What the parser's codes mean, in the words of someone who writes specs. */
const BY_CODE: Readonly<Record<YAMLError['code'], string>> = {
  ALIAS_PROPS: 'An alias such as *name can have neither an anchor nor a tag.',
  BAD_ALIAS: 'Expected a name after "&" or "*" that does not end in a colon; put text in quotes.',
  BAD_COLLECTION_TYPE: 'This tag does not fit its value.',
  BAD_DIRECTIVE: 'A line cannot start with "%" here; put text in quotes.',
  BAD_DQ_ESCAPE: String.raw`A backslash has a meaning between double quotes: write "\\", or use single quotes.`,
  BAD_INDENT: 'This line is not indented like those that it belongs to.',
  BAD_PROP_ORDER: 'An anchor or a tag belongs right before its value, as in "- &name value".',
  BAD_SCALAR_START: 'Text cannot start with this character; put it in quotes.',
  BLOCK_AS_IMPLICIT_KEY: 'Expected one "key: value" on this line; put text that contains ": " in quotes.',
  BLOCK_IN_FLOW: 'Inside brackets, put commas between items, and brackets around inner lists and mappings.',
  DUPLICATE_KEY: 'This key is given twice in its mapping.',
  IMPOSSIBLE: 'This is not YAML.',
  KEY_OVER_1024_CHARS: 'A key can have at most 1024 characters.',
  MISSING_CHAR: 'A quote, bracket, comma, colon or space is missing here.',
  MULTILINE_IMPLICIT_KEY: 'Expected a key on one line, with its colon.',
  MULTIPLE_ANCHORS: 'A value can have only one anchor.',
  MULTIPLE_DOCS: 'Expected one YAML document; a second one starts here.',
  MULTIPLE_TAGS: 'A value can have only one tag.',
  NON_STRING_KEY: 'Expected text as a key.',
  RESOURCE_EXHAUSTION: 'Lists and mappings are nested too deeply here.',
  TAB_AS_INDENT: 'This line is indented with a tab; YAML allows only spaces.',
  TAG_RESOLVE_FAILED: 'There is no such tag; put text that starts with "!" in quotes.',
  UNEXPECTED_TOKEN: 'This has no meaning here; put text in quotes.',
};
