/** Shells that can complete kgate's command line. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/**
 * The completion scripts. Each calls `kgate complete`, which prints one candidate and its meaning per line, separated
 * by a tab. They call kgate by the name that was typed: one that is not on the PATH completes as well.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_kgate() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _kgate kgate
`,
  zsh: `#compdef kgate
_kgate() {
  local line
  local -a candidates
  while IFS= read -r line; do
    line="\${line//:/\\\\:}"
    candidates+=("\${line/$'\\t'/:}")
  done < <("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#candidates} )); then _describe kgate candidates; else _files; fi
}
compdef _kgate kgate
`,
  fish: `function __kgate_complete
  set -l words (commandline -opc) (commandline -ct)
  $words[1] complete -- $words[2..-1] 2>/dev/null
end
complete -c kgate -a '(__kgate_complete)'
`,
};
