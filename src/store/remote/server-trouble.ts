/** How a server failed, and so what is no longer asked of it. */
export type TroubleKind =
  /** It refuses these credentials, or lacks them. */
  | 'refused'
  /** It does not take this one, for its size or form. */
  | 'unwanted'
  /** It is silent, slow, unreachable or broken. */
  | 'failing'
  /** What it sent is not what was asked for. */
  | 'lying';

/** Something wrong with a server. It costs time, and never ends a run. */
export class ServerTrouble extends Error {
  readonly kind: TroubleKind;

  constructor(kind: TroubleKind, message: string) {
    super(message);
    this.name = 'ServerTrouble';
    this.kind = kind;
  }
}

/** The trouble with an entry whose bytes are not what they should be. */
export const damagedEntry = (what: string): ServerTrouble => new ServerTrouble('lying', `an entry ${what}`);

/** What a status other than success means. */
export function statusTrouble(status: number): ServerTrouble {
  if (status === 401 || status === 403)
    return new ServerTrouble('refused', `it answers ${status}: user and password are missing or wrong`);
  if (status === 405) return new ServerTrouble('refused', `it answers 405: it takes nothing`);
  if (status === 413) return new ServerTrouble('unwanted', `it answers 413: it takes nothing this large`);
  // bazel-remote's answer to what is too large.
  if (status === 400) return new ServerTrouble('unwanted', `it answers 400: it takes nothing like this`);
  return new ServerTrouble('failing', `it answers ${status}`);
}

/** Why a request failed, in words that do not hold its address. */
export function networkTrouble(error: unknown): ServerTrouble {
  if (error instanceof ServerTrouble) return error;
  // fetch() says "fetch failed", and its cause has the reason.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = REASONS[code] ?? (code === '' ? 'the connection broke' : `the connection failed (${code})`);
  return new ServerTrouble('failing', reason);
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
  ENOTFOUND: 'its name is not known (ENOTFOUND)',
  EAI_AGAIN: 'its name could not be looked up (EAI_AGAIN)',
  UND_ERR_SOCKET: 'it closed the connection',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
  UND_ERR_CONNECT_TIMEOUT: 'it could not be reached in time',
};
