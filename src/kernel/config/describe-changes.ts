import { parseConfig, type ConfigRequest } from '../definition/config-file.ts';

/** How many names a line has room for. */
const SHOWN = 12;

/** Changes to a whole configuration: what is removed, and what is changed so that guests answer. */
export function describeChanges(given: string, requests: readonly ConfigRequest[]): string {
  const modules = [...given.matchAll(/^CONFIG_\w+=m$/gmu)].length;
  const values = parseConfig(given);
  const changed = requests
    .filter(({ symbol, value }) => (values.get(symbol) ?? 'n') !== value)
    .map(({ symbol, value }) => `${symbol}=${value}`);
  const more = changed.length > SHOWN ? ` and ${changed.length - SHOWN} more` : '';
  const added =
    changed.length === 0
      ? 'has all that guests need'
      : `is changed in what guests need: ${changed.slice(0, SHOWN).join(', ')}${more}`;
  const without = modules === 0 ? '' : `, and goes without its ${modules} modules, which guests cannot load`;
  return `${added}${without}.`;
}
