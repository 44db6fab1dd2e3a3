import type { Mail } from '../mails/mail.ts';
import type { Thread } from '../versions/thread.ts';

/** Trailers by the id of the mail they were given to, and those that were rejected. */
export interface CollectedTrailers {
  readonly byMail: ReadonlyMap<string, readonly string[]>;
  /** One sentence for each trailer that was left out. */
  readonly refused: readonly string[];
}

/** A reply cannot give a `Signed-off-by`. */
const TRAILER = /^(?!signed-off-by)([a-z][a-z-]*-by): (.*<([^<>\s]+@[^<>\s]+)>.*)$/iu;

/**
 * Collects the trailers that replies give to `targets`: a reply to a reply is still about the patch at the root. A
 * trailer in the name of anyone but the sender is left out.
 */
export function collectTrailers(
  replies: readonly Mail[],
  targets: ReadonlySet<string>,
  thread: Thread,
): CollectedTrailers {
  const byMail = new Map<string, readonly string[]>();
  const refused: string[] = [];
  for (const reply of replies) {
    const target = thread.above(reply).find((id) => targets.has(id));
    if (target === undefined) continue;
    for (const { trailer, mailbox } of trailersOf(reply.body)) {
      if (reply.from.toLowerCase().includes(mailbox.toLowerCase())) {
        const known = byMail.get(target) ?? [];
        if (!known.includes(trailer)) byMail.set(target, [...known, trailer]);
      } else refused.push(`"${trailer}" was left out: ${reply.from} sent it.`);
    }
  }
  return { byMail, refused };
}

function trailersOf(body: string): { trailer: string; mailbox: string }[] {
  const ownWords = body.split(/^-- $/mu, 1)[0] ?? '';
  return ownWords.split('\n').flatMap((line) => {
    const match = TRAILER.exec(line.trimEnd());
    return match === null ? [] : [{ trailer: `${match[1]}: ${match[2]}`, mailbox: match[3] ?? '' }];
  });
}
