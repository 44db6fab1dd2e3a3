import { UsageError } from '../../errors.ts';

/** A server that machines share their results through. */
export interface CacheServer {
  /** Ends with a slash; without user, password, query and fragment. */
  readonly address: URL;
  /** Value of the header `authorization`. A secret. */
  readonly authorization: string | undefined;
  /** Whether nothing is to be stored there. */
  readonly isReadOnly: boolean;
}

/** The variable that names the server: `https://user:password@host/path`, and `|read-only` behind it. */
export const CACHE_VARIABLE = 'KGATE_REMOTE_CACHE';
/** The variable with a bearer token, for servers that do not take a user and a password. */
export const TOKEN_VARIABLE = 'KGATE_REMOTE_CACHE_TOKEN';

/** What a project file says about the server. */
export interface CacheSettings {
  readonly url: string;
  readonly isReadOnly: boolean;
}

/**
 * The server that the environment names, else the project; `undefined` without one, or if the variable is empty or
 * "off". Takes both variables out of the environment, so that no child process inherits a password.
 */
export function findCacheServer(
  project: CacheSettings | undefined,
  env: NodeJS.ProcessEnv = process.env,
): CacheServer | undefined {
  const { [CACHE_VARIABLE]: given, [TOKEN_VARIABLE]: token } = env;
  delete env[CACHE_VARIABLE];
  delete env[TOKEN_VARIABLE];
  if (given === undefined)
    return project && parseServer(project.url, project.isReadOnly, token, 'cache.url in kgate.yaml');
  const [url = '', ...attributes] = given.split('|').map((part) => part.trim());
  if (url === '' || url === 'off') return undefined;
  const unknown = attributes.find((attribute) => attribute !== 'read-only');
  if (unknown !== undefined)
    throw invalid(`${CACHE_VARIABLE} has the attribute "${unknown}", which is not known.`);
  return parseServer(url, attributes.length > 0, token, CACHE_VARIABLE);
}

function parseServer(
  text: string,
  isReadOnly: boolean,
  token: string | undefined,
  place: string,
): CacheServer {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  // The text itself may hold a password, and is not shown.
  if (address === undefined || !['http:', 'https:'].includes(address.protocol))
    throw invalid(`${place} is not an address that begins with http:// or https://.`);
  const { username, password } = address;
  const basic = username === '' ? undefined : `Basic ${encode(username, password)}`;
  address.username = '';
  address.password = '';
  address.search = '';
  address.hash = '';
  if (!address.pathname.endsWith('/')) address.pathname += '/';
  return {
    address,
    authorization: token === undefined || token === '' ? basic : `Bearer ${token}`,
    isReadOnly,
  };
}

const encode = (username: string, password: string): string =>
  Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');

function invalid(message: string): UsageError {
  return new UsageError(message, {
    code: 'STORE_SERVER_INVALID',
    hint: `Write https://user:password@host/path, with "|read-only" behind it if nothing is to be stored there, or "off"; user and password are optional.`,
  });
}
