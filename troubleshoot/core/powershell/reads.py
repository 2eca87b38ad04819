"""What of PowerShell and .NET only reads: cmdlets and their changing parameters, methods, types.

Everything that is not named here is refused. Sources: the cmdlets' reference pages of Windows PowerShell 5.1 and of the
modules named; a Get cmdlet that writes a file, enrols or prompts is not in the list (Get-Certificate, Get-ClusterLog,
Get-Credential, Get-GPOReport, Get-WindowsUpdateLog).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_GET: Final = (
    # the language and the system
    "service|process|wmiobject|ciminstance|cimassociatedinstance|cimclass|item|itemproperty|itempropertyvalue|childitem"
    "|content|date|host|command|module|member|variable|culture|uiculture|timezone|hotfix|eventlog|winevent"
    "|counter|acl|filehash|psdrive|pssnapin|psprovider|location|unique|random|computerinfo|executionpolicy"
    "|pssessionconfiguration|wsmaninstance|wsmancredssp|authenticodesignature|scheduledtask|scheduledtaskinfo"
    "|windowsfeature|windowsoptionalfeature|windowsedition|localuser|localgroup|localgroupmember|mpcomputerstatus"
    # storage and network
    "|disk|partition|volume|physicaldisk|virtualdisk|storagepool|storagesubsystem|initiatorport|iscsi\\w+|mpioavailablehw"
    "|net(?!view|workcontroller)\\w+|dnsclient\\w*|dnsserver\\w*|dhcpserver\\w*|smb\\w+"
    # roles
    "|vm(?!m)\\w*|nlbcluster\\w*|cluster(?!log$|diagnosticinfo$|resourcedependencyreport$)\\w*|ad(?!replaccount|mpwd|dccloningexcluded)\\w+|dfsr\\w+|dfsn\\w+|gpo"
    "|gpinheritance|gppermissions?|rd(?!licensekey)\\w+|catemplate|caauthorityinformationaccess"
    "|cacrldistributionpoint|vmm\\w*|sc(?!runas|applicationhost)\\w+|hnsnetwork|adfs(?!certificate)\\w*"
)
_TEST: Final = "path|connection|netconnection|wsman|computersecurechannel|adserviceaccount|vhd"
_PLAIN: Final = (
    "measure-object|measure-command|select-object|select-string|where-object|foreach-object|sort-object|group-object"
    "|compare-object|convertto-csv|convertto-json|convertto-html|convertto-xml|convertfrom-csv|convertfrom-json"
    "|convertfrom-stringdata|format-list|format-table|format-wide|format-custom|out-string|out-null|out-default|out-host"
    "|write-output|write-host|write-error|write-warning|write-verbose|write-debug|resolve-path|convert-path|split-path"
    "|join-path|resolve-dnsname|new-object|new-timespan|start-sleep|import-module|add-pssnapin"
)
CMDLETS: Final = re.compile(f"get-(?:{_GET})|test-(?:{_TEST})|{_PLAIN}")

# Parameters with which a reading cmdlet changes something, or never ends. A prefix of the name counts as well.
CHANGING: Final[Mapping[str, tuple[str, ...]]] = {
    "test-computersecurechannel": ("repair",),
    "test-connection": ("asjob", "continuous", "repeat"),
    "get-random": ("setseed",),
    "get-content": ("wait",),
    "get-counter": ("continuous",),
    "get-wmiobject": ("asjob",),
    "get-dnsserverstatistics": ("clear",),
    "get-netadapter": ("asjob",),
    "get-vmhost": ("asjob",),
    "get-computerinfo": ("asjob",),
    "get-dfsrbacklog": ("asjob",),
    "out-host": ("paging",),
    "get-windowsfeature": ("logpath", "vhd"),
    "get-windowsoptionalfeature": ("logpath", "scratchdirectory", "path"),
    "get-windowsedition": ("logpath", "scratchdirectory", "path"),
}
# Of every cmdlet: these assign variables, and a variable may hold defaults for parameters.
ASSIGNING: Final = (
    "outvariable",
    "errorvariable",
    "warningvariable",
    "informationvariable",
    "pipelinevariable",
    "asjob",
)
ASSIGNING_ALIASES: Final = frozenset({"ov", "ev", "wv", "iv", "pv"})

# What leads from an object to code: a script block that stands in a property would run as a calculated property.
CODE_MEMBERS: Final = re.compile(
    r"scriptblock|(?:getter|setter)?script|exported\w*|resolvedcommand|referencedcommand|sessionstate|invokecommand"
    "|onremove|psobject|transportscript"
)
CODE_DRIVES: Final = re.compile(r"(?:function|alias)::?", re.IGNORECASE)
# They give functions where the path names that drive, so the path must be known from the text.
OPENERS: Final = frozenset({"get-item", "get-childitem", "get-content"})
BEFORE_OPENERS: Final = OPENERS | {"where-object", "sort-object", "resolve-path"}
# The name of a file on another host: opening it sends the account's login there.
FAR_FILE: Final = re.compile(r"(?:[\w.\\]+::)?[\\/]{2}(?:[\w.$?-]|$)")
DIRECTORY: Final = re.compile(r"(?:ldap|ldaps|gc|winnt|iis|nds):/.*", re.IGNORECASE)
OWN_DIRECTORY: Final = re.compile(
    r"(?:ldap|gc)://(?:localhost(?:/.*)?|rootdse|(?:[a-z]{1,4}=|<(?:guid|sid|wkguid)=).*)?|winnt://(?:\.|localhost)(?:[/,].*)?",
    re.IGNORECASE,
)
MOST_ITEMS: Final = 100_000  # of a range, or of a repetition

METHODS: Final = re.compile(
    "tostring|touniversaltime|tolocaltime|toshortdatestring|trim|trimstart|trimend|split|startswith|endswith|contains"
    "|indexof|lastindexof|substring|tolower|toupper|tolowerinvariant|toupperinvariant|padleft|padright|tochararray"
    "|equals|compareto|gettype|adddays|addhours|addminutes|addseconds|addmilliseconds|subtract|tofiletime|tofiletimeutc"
    "|containskey|getstring|getbytes|toxml|converttodatetime|getrelated|gettext|findall|findone|get|getex|invokeget"
    "|refreshcache|translate|getvalue|getvaluenames|getsubkeynames|getenumerator|isinrole|convertlargeintegertoint64"
    "|getowner|getownersid|getsummaryinformation"
)
# Of text they read; a file of the same call is overwritten ((Get-Item a).Replace(b, c)).
TEXT_METHODS: Final = frozenset({"replace", "insert", "remove"})
MAKES_TEXT: Final = re.compile(
    "tostring|trim|trimstart|trimend|substring|tolower|toupper|tolowerinvariant|toupperinvariant|padleft|padright|replace"
    "|insert|remove|tobase64string|toshortdatestring|getstring"
)

CASTS: Final = re.compile(
    "(?:string|int|int16|int32|int64|long|uint16|uint32|uint64|byte|sbyte|double|decimal|float|single|bool|boolean|char"
    r"|datetime|timespan|version|guid|object|array)(?:\[\])?"
    "|regex|hashtable|psobject|pscustomobject|ordered|void|xml|adsi|adsisearcher|ipaddress|net.ipaddress"
    "|security.principal.securityidentifier|security.principal.ntaccount|security.principal.windowsprincipal"
)

STATICS: Final[Mapping[str, re.Pattern[str]]] = {
    kind: re.compile(names)
    for kinds, names in {
        "convert": "tobase64string|frombase64string|to(?:u?int(?:16|32|64)|byte|double|string|datetime|boolean)",
        "bitconverter": "tostring|to(?:u?int(?:16|32|64)|double|boolean)|getbytes|islittleendian",
        "math": r"\w+",
        "datetime": "parse|parseexact|fromfiletime|fromfiletimeutc|specifykind|utcnow|now|today|minvalue|maxvalue",
        "timespan": "from(?:days|hours|minutes|seconds|milliseconds|ticks)|parse|zero",
        "string": "join|format|isnullorempty|isnullorwhitespace|compare|concat|equals|empty",
        "regex": "escape|unescape|ismatch|match|matches|replace|split",
        "guid": "empty|parse",
        "version": "parse",
        "char": r"is\w+|tolower|toupper",
        "int int32 int64 long uint32 uint64 double decimal byte": "parse|maxvalue|minvalue",
        "intptr": "size",
        "enum": "getnames|getvalues|parse",
        "stringsplitoptions": r"\w+",
        "directoryservices.searchscope": r"\w+",
        "text.encoding": "utf8|unicode|ascii|default|utf7|getencoding",
        "environment": "machinename|osversion|username|userdomainname|is64bit\\w+|processorcount|newline"
        "|tickcount|version|systemdirectory|getenvironmentvariable",
        "io.path": "combine|getfilename|getfilenamewithoutextension|getextension|getdirectoryname",
        "net.dns": "gethostname|gethostentry|gethostaddresses",
        "net.ipaddress ipaddress": "parse|isloopback|any|loopback",
        "security.principal.windowsidentity": "getcurrent",
        "security.principal.windowsbuiltinrole": r"\w+",
        "directoryservices.activedirectory.domain": "getcomputerdomain|getcurrentdomain",
        "directoryservices.activedirectory.forest": "getcurrentforest",
    }.items()
    for kind in kinds.split()
}

NEW_OBJECTS: Final = frozenset(
    {
        "psobject",
        "pscustomobject",
        "management.automation.psobject",
        "object",
        "directoryservices.directorysearcher",
        "directoryservices.directoryentry",
        "timespan",
        "version",
        "text.utf8encoding",
        "security.principal.securityidentifier",
        "security.principal.ntaccount",
        "security.principal.windowsprincipal",
    }
)

# Preferences that a reading script may set; no other variable of PowerShell itself.
PREFERENCES: Final = frozenset(
    {"erroractionpreference", "progresspreference", "warningpreference", "verbosepreference", "ofs"}
)
LONGEST_SLEEP: Final = 60  # seconds
