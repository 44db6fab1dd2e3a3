/**
 * Normalizes the line ends of a mail that travelled with CRLF. A patch whose own lines end in LF keeps the CRs in its
 * content.
 */
export function withoutCarriageReturns(text: string): string {
  const lines = text.split('\n');
  const headers = lines.filter((line) => /^(?:diff --git |--- |\+\+\+ |@@ )/u.test(line));
  const isCrlf = headers.length > 0 ? headers.every((line) => line.endsWith('\r')) : true;
  return isCrlf ? lines.map((line) => line.replace(/\r$/u, '')).join('\n') : text;
}
