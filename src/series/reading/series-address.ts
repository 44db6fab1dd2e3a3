/** A name of a series that is not a path. */
export type SeriesAddress =
  /** Without brackets. */
  | { readonly kind: 'message'; readonly id: string }
  /** Somewhere on the web, without a message id. */
  | { readonly kind: 'page'; readonly address: string; readonly what: string; readonly hint: string };

/** Parses a message id or the address of a mail, as people copy them; `undefined` for what may be a path. */
export function parseAddress(text: string): SeriesAddress | undefined {
  const bracketed = /^(?:id:|mid:)?<([^<>\s]+@[^<>\s]+)>$/iu.exec(text)?.[1];
  if (bracketed !== undefined) return message(bracketed);
  if (/^https?:\/\//iu.test(text)) return parsePage(text);
  const plain = /^(?:id:|mid:)?([^<>\s/@]+@[^<>\s/@]+)$/iu.exec(text)?.[1];
  return plain === undefined ? undefined : message(plain);
}

/** An id beginning with a dash would be an option to b4. */
const message = (id: string): SeriesAddress | undefined =>
  id.startsWith('-') ? undefined : { kind: 'message', id };

function parsePage(address: string): SeriesAddress | undefined {
  const { host, pathname } = URL.parse(address) ?? { host: '', pathname: '' };
  const id = pathname
    .split('/')
    .map(decode)
    .find((part) => /^[^<>\s@]+@[^<>\s@]+$/u.test(part.replace(/^<|>$/gu, '')));
  if (id !== undefined) return message(id.replace(/^<|>$/gu, ''));
  const at = `curl -L '${address.replace(/\/?$/u, '/')}mbox/' | kgate gate -`;
  const page = (what: string, hint: string): SeriesAddress => ({ kind: 'page', address, what, hint });
  if (/patchwork|\/patch(?:es)?\/|\/series\//iu.test(host + pathname) && !/lore\.kernel\.org/iu.test(host)) {
    const list = /[?&]series=(\d+)/u.exec(address)?.[1];
    return page(
      'a page of Patchwork',
      list === undefined
        ? `Its mails are an mbox: ${at}`
        : `Its mails are an mbox: curl -L 'https://${host}/series/${list}/mbox/' | kgate gate -`,
    );
  }
  if (/lore\.kernel\.org|lkml\.kernel\.org|public-inbox/iu.test(host))
    return page(
      'an archive, but not the address of a mail',
      'Open the mail there and copy its address, which has its message id.',
    );
  if (/(?:^|\.)(?:github|gitlab)\./iu.test(host) && /\/(?:pull|commit|merge_requests)\//u.test(pathname))
    return page(
      'a page of a git server',
      `Its patches are text: curl -L '${address.replace(/\/+$/u, '')}.patch' | kgate gate -`,
    );
  return page(
    'an address',
    `kgate fetches nothing from there. If it is a mailbox: curl -L '${address}' | kgate gate -`,
  );
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
