r"""What bash, zsh, fish and PowerShell run to complete a command line.

Typer brings scripts of its own. They insert `iPhone 15` as two words in bash and PowerShell, offer
nothing after `--flow=`, and zsh shows nothing at the first press of Tab.

Each script asks the command itself, by the variables that Typer reads: the line up to the cursor
goes there, and a name with its help, divided by a tab, comes back for each thing to offer.
"""

from __future__ import annotations

from typer import _completion_shared

_BASH = r"""
_auditor_completion() {
    local IFS=$'\n' word="${COMP_WORDS[COMP_CWORD]}" i
    COMPREPLY=( $( env _AUDITOR_COMPLETE=complete_fish _TYPER_COMPLETE_FISH_ACTION=get-args \
        _TYPER_COMPLETE_ARGS="${COMP_LINE:0:COMP_POINT}" "${1/#\~/$HOME}" 2>/dev/null ) )
    for i in "${!COMPREPLY[@]}"; do
        COMPREPLY[i]="${COMPREPLY[i]%%$'\t'*}"
        # within quotes, bash adds what is missing itself
        [[ $word == [\"\']* ]] || printf -v "COMPREPLY[i]" %q "${COMPREPLY[i]}"
    done
}

complete -o default -F _auditor_completion auditor
"""
_ZSH = r"""
#compdef auditor

_auditor() {
  local line
  local -a offered
  for line in ${(f)"$(env _AUDITOR_COMPLETE=complete_fish _TYPER_COMPLETE_FISH_ACTION=get-args \
      _TYPER_COMPLETE_ARGS="${words[1,CURRENT]}" ${~words[1]} 2>/dev/null)"}; do
    offered+=("${${line%%$'\t'*}//:/\\:}${${(M)line%$'\t'*}/$'\t'/:}")
  done
  if (( $#offered )); then
    compset -P '--*='
    _describe -V auditor offered
  else
    _files
  fi
}

# The first time, zsh runs this file as the function itself.
if [[ ${funcstack[1]} == _auditor ]]; then
  _auditor "$@"
else
  compdef _auditor auditor
fi
"""
_FISH = r"""
function __auditor_ask
    set -l program (commandline -opc)[1]
    env _AUDITOR_COMPLETE=complete_fish _TYPER_COMPLETE_FISH_ACTION=$argv[1] \
        _TYPER_COMPLETE_ARGS=(commandline -cp | string collect) $program 2>/dev/null
end

function __auditor_offer
    # fish replaces the whole word, so what stands before the value is given again
    set -l before (string match --regex -- '^--[^=]+=' (commandline -ct))
    __auditor_ask get-args | string replace --regex '^' -- "$before"
end

complete --command auditor --no-files --condition "__auditor_ask is-args" \
    --arguments "(__auditor_offer)"
"""
_POWERSHELL = r"""
Register-ArgumentCompleter -Native -CommandName auditor -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $Env:_AUDITOR_COMPLETE = "complete_powershell"
    $Env:_TYPER_COMPLETE_ARGS = $commandAst.ToString()
    $Env:_TYPER_COMPLETE_WORD_TO_COMPLETE = $wordToComplete
    try {
        auditor | ForEach-Object {
            $name, $help = $_ -Split ":::", 2
            $inserted = $name
            if ($name -match "\s") { $inserted = "'" + $name + "'" }
            if ([string]::IsNullOrWhiteSpace($help)) { $help = $name }
            [System.Management.Automation.CompletionResult]::new(
                $inserted, $name, 'ParameterValue', $help)
        }
    } finally {
        Remove-Item Env:_AUDITOR_COMPLETE, Env:_TYPER_COMPLETE_ARGS
        Remove-Item Env:_TYPER_COMPLETE_WORD_TO_COMPLETE
    }
}
"""
SCRIPTS = {
    "bash": _BASH,
    "zsh": _ZSH,
    "fish": _FISH,
    "powershell": _POWERSHELL,
    "pwsh": _POWERSHELL,
}


def use_own_scripts() -> None:
    """Let `--show-completion` and `--install-completion` give these scripts instead of Typer's.

    A version of Typer that keeps its scripts elsewhere goes on with its own.
    """
    templates = getattr(_completion_shared, "_completion_scripts", {})
    templates.update({shell: text.replace("%", "%%") for shell, text in SCRIPTS.items()})
