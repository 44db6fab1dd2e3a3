import { UsageError } from '../../errors.ts';

/** The variable with the password of the queue, so that no command line shows it. */
export const PASSWORD_VARIABLE = 'KGATE_QUEUE_PASSWORD';

/** A Redis that machines share work through. */
export interface QueueAddress {
  readonly host: string;
  readonly port: number;
  /** The number of the database. */
  readonly database: number;
  readonly isEncrypted: boolean;
  readonly user: string | undefined;
  /** A secret. */
  readonly password: string | undefined;
  /** As messages name it: without user and password. */
  readonly shown: string;
}

/**
 * Reads `redis://user:password@host:port/database`; all but the host may be left out. Takes the password out of the
 * environment, so that no child process inherits it. Throws UsageError, which does not show the text: it may hold a
 * password.
 */
export function parseQueueAddress(text: string, env: NodeJS.ProcessEnv = process.env): QueueAddress {
  const { [PASSWORD_VARIABLE]: given } = env;
  delete env[PASSWORD_VARIABLE];
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const database = /^\/?(?<number>\d*)$/u.exec(url?.pathname ?? '-')?.groups?.['number'];
  const isKnown = url?.protocol === 'redis:' || url?.protocol === 'rediss:';
  if (url === undefined || !isKnown || url.hostname === '' || database === undefined)
    throw new UsageError('The address of the queue is not one of Redis.', {
      code: 'QUEUE_ADDRESS_INVALID',
      hint: `Write redis://host, redis://host:6379/0, or rediss:// for an encrypted connection; a password is best in ${PASSWORD_VARIABLE}.`,
    });
  const port = url.port === '' ? 6379 : Number(url.port);
  const inAddress = decodeURIComponent(url.password);
  const password = given === undefined || given === '' ? inAddress : given;
  return {
    host: url.hostname.replaceAll(/[[\]]/gu, ''),
    port,
    database: Number(database),
    isEncrypted: url.protocol === 'rediss:',
    user: url.username === '' ? undefined : decodeURIComponent(url.username),
    password: password === '' ? undefined : password,
    shown: `${url.protocol}//${url.hostname}:${port}${database === '' ? '' : `/${database}`}`,
  };
}
