import { architectures, type ArchName } from '../../arch/architectures.ts';

const SIGNS = Object.values(architectures).map(({ name, console }) => [name, console.signs] as const);
/** One look settles nearly every line. */
const ANY = new RegExp(SIGNS.map(([, { source }]) => source).join('|'), 'u');

/** What a line shows about the architecture, if anything. Cheap enough for every line of a console. */
export function archShownBy(text: string): ArchName | undefined {
  if (!ANY.test(text)) return undefined;
  return SIGNS.find(([, signs]) => signs.test(text))?.[0];
}
