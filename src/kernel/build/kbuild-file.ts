/** What a makefile of Kbuild sets, as far as it depends on nothing but the configuration. */
export type KbuildVariables = ReadonlyMap<string, string>;

/**
 * Reads the variables of a makefile: assignments, and the conditionals around them. `known` are symbols of the
 * configuration, with `CONFIG_`, and what the top makefile sets. Functions of make are not executed.
 */
export function readKbuildFile(text: string, known: KbuildVariables): KbuildVariables {
  const variables = new Map(known);
  /** Whether each of the open conditionals holds. */
  const open: boolean[] = [];
  for (const line of logicalLines(text)) {
    const [, word = '', rest = ''] = /^\s*(ifeq|ifneq|ifdef|ifndef|else|endif)\b\s*(.*)$/u.exec(line) ?? [];
    if (word === 'endif') open.pop();
    else if (word === 'else') {
      const held = open.pop() ?? true;
      const [, another = '', condition = ''] = /^(ifn?(?:eq|def))\s*(.*)$/u.exec(rest) ?? [];
      open.push(!held && (another === '' || holds(another, condition, variables)));
    } else if (word !== '') open.push(holds(word, rest, variables));
    else if (open.every(Boolean)) assign(line, variables);
  }
  return variables;
}

/** A text with its variables replaced; those that are unknown are empty. */
export function expandVariables(text: string, variables: KbuildVariables): string {
  let expanded = text;
  // They nest, as in obj-$(CONFIG_$(NAME)).
  for (let depth = 0; depth < 4 && expanded.includes('$'); depth++)
    expanded = expanded.replaceAll(
      /\$[({]([\w.-]+)[)}]/gu,
      (_, name: string) => variables.get(name)?.replaceAll('"', '') ?? '',
    );
  return expanded;
}

function logicalLines(text: string): string[] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)#.*/u, ''));
}

function holds(word: string, condition: string, variables: KbuildVariables): boolean {
  if (word === 'ifdef' || word === 'ifndef')
    return ((variables.get(condition.trim()) ?? '') !== '') === (word === 'ifdef');
  const [, left, right] = /^\(([^,]*),(.*)\)\s*$/u.exec(condition) ?? [];
  // Anything else calls functions.
  if (left === undefined || right === undefined) return true;
  const same = expandVariables(left, variables).trim() === expandVariables(right, variables).trim();
  return same === (word === 'ifeq');
}

function assign(line: string, variables: Map<string, string>): void {
  const [, left, operator, right] = /^\s*([\w.$(){}/-]+)\s*(\+=|[:?]?=)\s*(.*)$/u.exec(line) ?? [];
  if (left === undefined || right === undefined) return;
  const name = expandVariables(left, variables);
  const before = variables.get(name) ?? '';
  const value = expandVariables(right, variables);
  variables.set(name, operator === '+=' ? `${before} ${value}`.trim() : value);
}
