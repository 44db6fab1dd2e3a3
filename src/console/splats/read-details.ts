import type { SplatKind } from './splat.ts';
import type { SplatReport } from './open-report.ts';

/** What a report turns out to be about when more than its first line is read. */
interface Details {
  readonly kind: SplatKind;
  /** Without the guilty function. */
  readonly title: string;
}

/** Lines of a report among which a check's message is looked for. */
const MESSAGE_DEPTH = 8;
/** Lines before a report that may hold it. */
export const LEAD_MAX = 3;

/** Messages that checks print before or inside the warning or BUG that they end in. */
const MESSAGES: readonly { readonly kind: SplatKind; readonly message: RegExp; readonly title: string }[] = [
  { kind: 'refcount', message: /^(?<title>refcount_t: [^.]+)/u, title: '$<title>' },
  {
    kind: 'list-corruption',
    message: /^(?<title>list_(?:add|del) corruption|list_add double add)/u,
    title: '$<title>',
  },
  {
    kind: 'debug-object',
    message:
      /^ODEBUG: (?<what>[a-z ]+?) (?:\(.*?\) )?object(?: type)?: (?:\S+ object type: )?(?<type>[a-z]\w*)/u,
    title: 'ODEBUG: $<what> $<type>',
  },
  {
    kind: 'usercopy',
    message:
      /^(?:usercopy: |Bad or missing usercopy whitelist\? )?Kernel memory (?<what>exposure|overwrite) attempt/u,
    title: 'usercopy: kernel memory $<what> attempt',
  },
  { kind: 'lockdep', message: /^(?<title>DEBUG_LOCKS_WARN_ON\(.*\))$/u, title: '$<title>' },
  {
    kind: 'kobject',
    message: /^proc_dir_entry '.*' already registered/u,
    title: 'proc_dir_entry already registered',
  },
  {
    kind: 'kobject',
    message: /^kobject: '.*' \(.*\): is not initialized/u,
    title: 'kobject: is not initialized',
  },
];

/** Reads on for what the first line does not say: whether it was a read or a write, or which check complained. */
export function readDetails({ start, lines, lead }: SplatReport): Details {
  const { kind, title } = start;
  if (kind === 'kasan') return { kind, title: title + kasanAccess(lines) };
  if (kind !== 'warning' && kind !== 'bug') return { kind, title };
  return messageDetails([...lines.slice(0, MESSAGE_DEPTH), ...lead]) ?? { kind, title };
}

/** "Read of size 4 at addr …" since 4.0; "Free of addr" says nothing new. */
function kasanAccess(lines: readonly string[]): string {
  const access = lines.slice(0, 10).map((line) => /^(Read|Write) of size \d+/u.exec(line)?.[1]);
  const found = access.find((each) => each !== undefined);
  return found === undefined ? '' : ` ${found}`;
}

function messageDetails(lines: readonly string[]): Details | undefined {
  for (const line of lines) {
    for (const { kind, message, title } of MESSAGES) {
      const match = message.exec(line);
      if (match === null) continue;
      return {
        kind,
        title: title.replaceAll(/\$<(\w+)>/gu, (_, name: string) => match.groups?.[name] ?? ''),
      };
    }
  }
  return undefined;
}
