import type { ReportFormat } from './report-format.ts';
import { findGitIdentity } from '../mail/git-identity.ts';
import { renderMail } from '../mail/render-mail.ts';

/** A reply to the series, ready for the list; see docs/mail-reply.md. */
export const mailFormat: ReportFormat = {
  name: 'mail',
  summary: 'a plain-text reply to the series, ready for the list',
  render: async (recorded, { testedBy }) =>
    renderMail(recorded, { sender: testedBy ?? (await findGitIdentity()) }),
};
