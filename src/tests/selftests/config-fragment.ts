/**
 * A collection's file `config` as a fragment of kgate's: a guest loads no modules, so what is asked for as one is built
 * in; and nothing of it is needed, since a test that lacks something says so and is skipped.
 */
export function asFragment(config: string, more: readonly string[]): string {
  const lines = [...config.matchAll(/^\s*CONFIG_(\w+)=(\S.*?)\s*$/gmu)].map(
    ([, symbol, value]) => `CONFIG_${symbol}=${value === 'm' ? 'y' : value}`,
  );
  const all = [...lines, ...more.map((symbol) => `CONFIG_${symbol}=y`)];
  return ['# kgate: wants, if known', ...new Set(all), ''].join('\n');
}
