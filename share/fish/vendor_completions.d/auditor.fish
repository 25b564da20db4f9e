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
