/** Folders that a build inside the tree makes. */
const FOLDERS =
  /^(?:\.git|\.tmp_versions|include\/config|include\/generated|usr\/include\/[^/]+|arch\/\w+\/include\/generated)(?:\/|$)/u;

/** Extensions that no source of a kernel has. */
const ENDINGS = /\.(?:o|a|ko|cmd|mod|s|so|dbg|symvers|order|gcno|gcda)$/u;

/** Names of whole files; "vmlinux" with anything behind it would be sources, too, such as vmlinux.lds.S. */
const NAMES =
  /(?:^|\/)(?:\.config(?:\.old)?|\.version|\.missing-syscalls\.d|\.tmp_[^/]*|\.vmlinux\.[^/]*|vmlinux(?:\.unstripped|\.map|\.bin(?:\.\w+)?|\.relocs)?|System\.map|modules\.builtin[^/]*|bzImage|zImage|Image(?:\.\w+)?)$/u;

/** Sources and headers that are made in place, and that a compiler would find before those of its own build. */
const GENERATED =
  /(?:\.(?:tab|lex)\.[ch]|^scripts\/mod\/(?:devicetable-offsets|elfconfig)\.h|^lib\/(?:crc32|crc64)table\.h|\/lib\/inat-tables\.c|^arch\/x86\/kernel\/cpu\/capflags\.c|^arch\/x86\/entry\/vdso\/(?:.+\/)?vdso(?:32|64|x32)?-image(?:-\w+)?\.c|^arch\/x86\/realmode\/rm\/(?:pasyms\.h|realmode\.(?:bin|elf|lds|relocs))|\/voffset\.h|\/zoffset\.h|^init\/utsversion-tmp\.h|^usr\/initramfs_(?:inc_data|data\.cpio))$/u;

/** Whether a folder of a kernel tree holds only remains of builds inside the tree. */
export function isBuildFolder(path: string): boolean {
  return FOLDERS.test(path);
}

/**
 * The files that belong to a kernel tree, without the remains of builds inside it. For trees without git to tell the
 * two apart.
 */
export function withoutBuildProducts(paths: readonly string[]): string[] {
  const all = new Set(paths);
  return paths.filter((path) => {
    if (ENDINGS.test(path) || NAMES.test(path) || GENERATED.test(path)) return false;
    // A linker script is a source, unless it was made from one.
    return !(path.endsWith('.lds') && all.has(`${path}.S`));
  });
}
