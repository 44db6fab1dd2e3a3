import type { Mail } from '../mails/mail.ts';

/** Which mail replies to which, as far as the mails at hand show. */
export class Thread {
  readonly #answers: ReadonlyMap<string, readonly string[]>;

  constructor(mails: readonly Mail[]) {
    this.#answers = new Map(
      mails.flatMap(({ messageId, answers }) =>
        messageId === undefined ? [] : [[messageId, answers] as const],
      ),
    );
  }

  /** Ids of the mails above one, the nearest first: from its own headers and from those of the mails between. */
  above({ answers }: Pick<Mail, 'answers'>): readonly string[] {
    const seen = new Set<string>(answers);
    for (const id of seen) for (const next of this.#answers.get(id) ?? []) seen.add(next);
    return [...seen];
  }

  /** Whether a mail replies to none of the mails at hand. */
  isRoot(mail: Mail): boolean {
    return !this.above(mail).some((id) => this.#answers.has(id));
  }
}
