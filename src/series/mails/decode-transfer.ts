/** Undoes a `Content-Transfer-Encoding`. Texts have one character per byte. */
export function decodeTransfer(content: string, encoding: string): string {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return Buffer.from(content, 'base64').toString('latin1');
    case 'quoted-printable':
      return content
        .replaceAll(/[ \t]+(?=\r?\n)/gu, '')
        .replaceAll(/=\r?\n/gu, '')
        .replaceAll(/=([0-9A-F]{2})/giu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    default:
      return content;
  }
}
