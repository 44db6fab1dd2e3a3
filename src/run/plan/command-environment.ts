/** The environment of a command, besides what is set for it. */
export const COMMAND_ENVIRONMENT: Readonly<Record<string, string>> = {
  HOME: '/',
  LC_ALL: 'C',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  TMPDIR: '/tmp',
};
