/**
 * What a line of a boot log says when something is wrong. The console shows no levels, so words decide: those of the
 * kernel's own severe messages, and those that drivers and subsystems use when they give up on something.
 */
const WARNING =
  /\b(?:warn(?:ing)?|errors?|fail(?:ed|s|ure|ing)?|bug|oops|panic|invalid|illegal|corrupt(?:ed|ion)?|unable|cannot|couldn't|could not|unexpected|leak(?:ed|s)?|taint(?:ed|s)?|deprecated|stall(?:ed)?|hung|lockup|deadlock|inconsistent|call trace|missing|timed out|timeout|not supported)\b/iu;

/** Lines of warning level or worse, as far as words tell, that only the second log has; without time stamps. */
export function newBootWarnings(base: string, patched: string): readonly string[] {
  const known = new Set(linesOf(base).map(shapeOf));
  const seen = new Set<string>();
  return linesOf(patched).filter((line) => {
    const shape = shapeOf(line);
    if (!WARNING.test(line) || known.has(shape) || seen.has(shape)) return false;
    seen.add(shape);
    return true;
  });
}

/** Log lines without time stamp and caller: `[    0.000000][    T0] text`. */
function linesOf(log: string): string[] {
  return log
    .split('\n')
    .map((line) => line.replace(/^\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?/u, '').trimEnd())
    .filter((line) => line !== '');
}

/** What stays the same of a line from boot to boot: addresses, counts and times do not. */
const shapeOf = (line: string): string => line.replaceAll(/\b(?:0x)?[\da-f]*\d[\da-f]*/giu, '#');
