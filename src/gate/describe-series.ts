import type { Series } from '../series/patches/series.ts';
import type { GateRecord } from './gate-record.ts';
import { withoutUndefined } from '../util/without-undefined.ts';

/** A series as the record describes it: what a reply needs, and what was tested. */
export function describeSeries(series: Series): GateRecord['series'] {
  const { title, version, origin, changeId, patches, notices } = series;
  const mail = series.cover ?? patches[0]?.mail;
  return {
    title,
    version,
    origin,
    ...withoutUndefined({ changeId }),
    ...(mail === undefined
      ? {}
      : {
          mail: {
            ...withoutUndefined({ messageId: mail.messageId }),
            subject: mail.subject,
            from: mail.from,
            to: [...mail.to],
            cc: [...mail.cc],
            ...withoutUndefined({ date: mail.date }),
          },
        }),
    patches: patches.map(({ name, subject }) => ({ name, subject })),
    notices: [...notices],
  };
}
