/** What a shell has to run once to complete `pipe`: it asks the program for words each time. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export const completionScript = (shell: Shell): string => SCRIPTS[shell];

/** Names of stages have @ and : in them, which bash takes for the ends of words. */
const BASH = String.raw`_pipe_complete() {
  local IFS=$'\n'
  COMPREPLY=($(pipe completion words -- "${'$'}{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
COMP_WORDBREAKS=${'$'}{COMP_WORDBREAKS//[@:]}
complete -o default -F _pipe_complete pipe`;

const ZSH = String.raw`#compdef pipe
_pipe() {
  local -a lines words_found about
  lines=("${'$'}{(@f)$(pipe completion words -- "${'$'}{(@)words[2,$CURRENT]}" 2>/dev/null)}")
  words_found=("${'$'}{(@)lines%%$'\t'*}")
  about=("${'$'}{(@)lines/$'\t'/  }")
  compadd -d about -a words_found || _files
}
compdef _pipe pipe`;

const FISH = String.raw`complete -c pipe -a '(pipe completion words -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
