import { cacheFolder } from '../../store/cache-folder.ts';

/** Variables of the user that a build needs to find programs and folders, besides the compiler cache's. */
const KEPT = new Set(['PATH', 'HOME', 'TMPDIR', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME']);

/** ccache's settings of caches elsewhere: there is no network to reach them, and they may hold passwords. */
const NOT_KEPT = new Set(['CCACHE_REMOTE_STORAGE', 'CCACHE_SECONDARY_STORAGE']);

/** Settings of the compiler cache; those in the user's environment replace them. */
const CCACHE = {
  // Without this, each object that is not in the cache is preprocessed twice: a first build takes a third longer.
  CCACHE_DEPEND: '1',
  // A hard link from another lineage gives a header a new ctime; lineages are locked, so nothing else changes them.
  CCACHE_SLOPPINESS: 'include_file_ctime,include_file_mtime',
};

/**
 * The environment of every command of a kernel build, as options for runCommand. Nothing else is inherited: ARCH,
 * KCONFIG_CONFIG, KBUILD_OUTPUT or MAKEFLAGS of the calling shell would silently build another kernel.
 */
export function buildEnvironment(): {
  readonly inheritEnv: false;
  readonly env: Readonly<Record<string, string>>;
} {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      (KEPT.has(entry[0]) || (entry[0].startsWith('CCACHE_') && !NOT_KEPT.has(entry[0]))),
  );
  return {
    inheritEnv: false,
    env: {
      ...CCACHE,
      CCACHE_DIR: compilerCacheFolder(),
      ...Object.fromEntries(kept),
      // Messages are searched for English words.
      LC_ALL: 'C',
      // A kernel's build information must not depend on the builder, place or time.
      KBUILD_BUILD_TIMESTAMP: 'Thu Jan  1 00:00:00 UTC 1970',
      KBUILD_BUILD_USER: 'kgate',
      KBUILD_BUILD_HOST: 'kgate',
      KBUILD_BUILD_VERSION: '1',
    },
  };
}

/**
 * Where objects of kernel builds are cached. Not in the user's own compiler cache: code of a series can write there,
 * and what it puts there would be linked into programs that run without a sandbox.
 */
export function compilerCacheFolder(): string {
  return process.env['CCACHE_DIR'] ?? cacheFolder('ccache');
}
