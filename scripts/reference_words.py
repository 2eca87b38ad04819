"""The sentences of the reference that no code carries. `scripts/reference.py` fails where one is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EXIT_CODES: Final[Mapping[int, str]] = {
    0: "healthy, or fixed and verified",
    1: "a fault was diagnosed and not fixed",
    2: "usage, tree or inventory error",
    3: "internal error, or a journal that cannot be used",
    4: "a host could not be reached, or it refused the login",
    5: "inconclusive: evidence is missing or unreadable",
    6: "a fix failed, was rolled back, or its outcome is unknown",
    130: "interrupted; the incident can be resumed",
}

FUNCTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "in_network": ("in_network(address, prefix)", "true when the address is inside the prefix"),
    "is_ip": ("is_ip(text)", "true when the text is an IPv4 or IPv6 address"),
    "network_address": ("network_address(prefix)", "`10.1.0.0` of `10.1.0.0/16`"),
    "netmask": ("netmask(prefix)", "`255.255.0.0` of `10.1.0.0/16`"),
}

LINT: Final[Mapping[str, str]] = {
    "binding-shape": "one name is bound to two different kinds of record",
    "call-argument": "a call gives a parameter that the other tree does not have, or leaves out a required one",
    "call-circle": "trees call each other in a circle",
    "claim": "a claim leads to no observation, so it proves nothing",
    "command": "a command cannot be built even with sample values",
    "condition": "an expression is not CEL, is too long or too deep, or cannot be checked for names",
    "dead-branch": "a branch after `otherwise` is never taken",
    "detached": "detached lines cannot be wrapped into a scheduled task: a character or the length",
    "duplicate-answer": "two answers of a question have the same value",
    "fact-circle": "a fact depends on itself, or facts are nested too deep",
    "fix-empty": "a fix changes nothing",
    "host": "a host placeholder has the wrong type, or is a list where one host is needed",
    "load": "the file is not a tree: syntax, unknown keys, wrong values",
    "name-clash": "one name stands for two things",
    "no-before": "a rollback without `before` cannot be proven",
    "no-evidence": "a diagnosis has neither `claims` nor `cite`",
    "no-op": "a step neither observes nor judges",
    "no-otherwise": "a judging step has no `otherwise` branch",
    "no-question": "a required parameter has no `ask` text",
    "no-rollback": "a fix has neither `rollback` nor `no_rollback` with the reason",
    "not-a-read": "a collect command does not pass the read-only guard of its platform",
    "not-yet-known": "no way to this step sets or collects the name first",
    "optional-value": "an optional parameter stands in a command outside of `[...]`",
    "parser-platform": "the parser does not read the output of this platform",
    "placeholder": "a placeholder names nothing, may not stand in a command, or is not filled in here",
    "powershell-form": 'a PowerShell command is not of the form `PS> script` or `PS name="<value>"> script`',
    "quoting": "a value that may hold blanks stands outside of double quotes on a cmd line",
    "reload": "a fix restarts a device that we cannot restart",
    "risk": "a command does more than the declared risk says",
    "samples": "`samples`, `every` and `collect` do not fit together",
    "script-length": "a script is longer than a Windows command line can carry",
    "signature": "a signature is empty, is there twice, or also finds another tree",
    "unbounded-loop": "a circle of steps has neither `at_most` nor a hop",
    "unknown-field": "a record has no such field",
    "unknown-fix": "a diagnosis offers a fix that is not there",
    "unknown-function": "an expression calls a function that does not exist",
    "unknown-name": "a name is declared nowhere",
    "unknown-parser": "there is no such parser",
    "unknown-step": "a route leads to a step that is not there",
    "unknown-tree": "a call names a tree that is not there",
    "unreachable": "no way from `start` leads to the step",
    "unused": "something is declared and never used",
    "value": "a default, choice or example does not fit its type",
    "verify": "a verify proves nothing, or cannot be made on a platform of the fix",
    "wrong-type": "an expression compares or uses values of kinds that never fit",
}

ENVIRONMENT: Final[Mapping[str, str]] = {
    "TROUBLESHOOT_CONFIG_DIR": "folder of the inventory and of our own `known_hosts`, instead of the platform's",
    "TROUBLESHOOT_DATA_DIR": "folder of the journal, instead of the platform's",
    "TROUBLESHOOT_TREES": "folders of trees, separated like `PATH`; looked at after `--trees`",
    "TROUBLESHOOT_PASSWORD": "login password of every host; with `_<HOST>` behind it, of one host",
    "TROUBLESHOOT_ENABLE": "secret of `enable`; with `_<HOST>` behind it, of one host",
    "TROUBLESHOOT_PASSPHRASE": "passphrase of the private key file",
    "TROUBLESHOOT_HOST": "set for a `password_command`: the host's name",
    "TROUBLESHOOT_NO_PROMPT": "never ask for a password",
}
