"""Where devices and protocols write secrets: the patterns that :mod:`troubleshoot.core.redact` applies.

Every capturing group is a secret; everything else of a match stays. Rules see one line at a time. Possessive
quantifiers and bounded gaps keep each of them linear. Sources: the configuration guides of IOS, NX-OS, Junos and
FRRouting, the PEM (RFC 7468) and PuTTY key formats, RFC 6750 and RFC 7617, the Windows unattended setup reference, the
recovery password of BitLocker (manage-bde).

Keywords of configurations are matched in lower case only: devices print them so, and prose (``Password required``)
does not.
"""

from __future__ import annotations

import re
from typing import Final

# A line is looked at only when one of these is in it, in lower case.
TRIGGER: Final = re.compile(
    r"pass|secret|secure|key|communit|authenti|authoriz|bearer|token|psk|pwd|snmp|private|eyj|://[^\s/@]{0,200}@|\$\w{1,8}\$"
    r"|\d{6}-\d{6}-|:::"
)

# Values after `password:` and the like that say something about a secret without being one.
HARMLESS: Final = re.compile(
    r"|\s+|true|false|yes|no|none|null|nil|not|set|unset|enabled|disabled|required|expired|unknown|empty|n/a|-+|\*+|\?+",
    re.IGNORECASE,
)

# Keys of records whose whole text value is a secret.
SENSITIVE_NAME: Final = re.compile(
    r"\w{0,60}?(?:password|passwd|passphrase|secret|psk|private_?key|key_?string|api_?key|token)", re.IGNORECASE
)

KEY_BEGIN: Final = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|^Private-Lines: \d+", re.MULTILINE
)
KEY_BODY: Final = re.compile(r"\s*+(?:[A-Za-z0-9+/=]++|(?:Proc-Type|DEK-Info|Comment|Version):[^\n]*+|)\s*+")

# Unattended setup files put the value on a line of its own.
SPANNING: Final = re.compile(r"(?i:password\w{0,30}>\s{1,200}<value>)([^<>\n]++)")

_W = r"[ \t]++"
# Indentation, an echoed prompt, and `set` or `no`.
_START = r"^[ \t]*+(?:[\w.@:/()~\-]{1,80}+[#>][ \t]*+)?(?:(?:set|no)[ \t]++)?"
_TYPE = r"(?:(?:encrypted|clear|md5|hmac-\S{1,20}|[0-9]{1,2})[ \t]++(?=\S))?"
_VALUE = r'(?:"((?:[^"\\]|\\.)*+)"|(\S+?)(?=;?(?:\s|$)))'
_REST = r'(?:"((?:[^"\\]|\\.)*+)"|(\S++(?: (?!role )\S++)*+))'  # IOS passwords may have blanks
_LOOSE = r'(?:"((?:[^"\\]|\\.)*+)"|\'([^\']*+)\'|([^\s"\'&;<>]*[^\s"\'&;<>,)\]}]))'

_PASSWORD = (
    rf"{_START}enable{_W}(?:algorithm-type{_W}\S++{_W})?(?:password|secret){_W}(?:level{_W}\d++{_W})?{_TYPE}{_REST}",
    rf"{_START}user(?:name)?{_W}.{{1,200}}?{_W}(?:password|secret){_W}{_TYPE}{_REST}",
    rf"{_START}password{_W}{_TYPE}{_REST}",
    rf"{_START}(?:(?:system|access|radius|tacplus|server)\b.{{0,200}}?\b)?secret{_W}{_TYPE}"
    r'(?:"((?:[^"\\]|\\.)*+)"|(\S+?)(?=;?\s*$))',
    rf"{_START}(?=(?:ip|neighbor|ppp|vtp|isis|msdp|peer|template|wlan|router|server|bgp|protocols|aaa)\b)"
    rf".{{0,200}}?\bpassword{_W}(?:peer{_W}\S++{_W})?{_TYPE}{_VALUE}",
    rf"\b(?:encrypted|simple|area|domain|lsp|authentication|privacy|auth|priv)-password{_W}{_TYPE}{_VALUE}",
)
_KEY = (
    rf"\bkey-(?:string|hexadecimal){_W}{_TYPE}{_VALUE}",
    rf"\bpre-shared-key{_W}(?:(?:local|remote|ascii-text|hexadecimal|address{_W}\S++{_W}key){_W})?{_TYPE}{_VALUE}",
    rf"\bauthentication-key{_W}(?:\d++{_W}(?:type{_W}\S++{_W}value|md5|sha\S*+|hmac\S*+|cmac\S*+){_W})?{_TYPE}{_VALUE}",
    rf"\bmessage-digest-key{_W}\d++{_W}md5{_W}{_TYPE}{_VALUE}",
    rf"\b(?:tacacs|radius)(?:-server)?\b.{{0,200}}?\bkey{_W}{_TYPE}{_VALUE}",
    rf"{_START}(?:server-private{_W}.{{1,200}}?{_W})?key{_W}[0-9]{{1,2}}{_W}{_VALUE}",
    rf"{_START}key{_W}(?!\d++\s*$|chain\b)(\S++)\s*$",
    rf"\bisakmp{_W}key{_W}{_TYPE}{_VALUE}",
    rf"\bkey{_W}\d++{_W}--{_W}text{_W}{_VALUE}",
)
_PSK = (
    rf"\b(?:wpa-psk|set-key){_W}(?:(?:ascii|hex){_W})?{_TYPE}{_VALUE}",
    rf"\bascii-text{_W}{_TYPE}{_VALUE}",
)
_AUTHENTICATION = (
    rf"{_START}(?:standby|vrrp|glbp)\b.{{0,40}}?\bauthentication{_W}(?!md5\b)(?:text{_W})?{_VALUE}",
    rf"{_START}(?:ip{_W}nhrp{_W}authentication|authentication{_W}text){_W}{_VALUE}",
    rf"\bauthentication{_W}string{_W}{_VALUE}",
    rf"\bhello-authentication{_W}ah-md5{_W}{_TYPE}{_VALUE}",
)
_SNMP = (
    rf"\bsnmp-server{_W}community{_W}{_TYPE}{_VALUE}",
    rf"\bsnmp{_W}community{_W}{_VALUE}",
    rf"{_START}community{_W}{_VALUE}(?={_W}\{{)",
    rf"\bsnmp-server{_W}host{_W}\S++{_W}(?:vrf{_W}\S++{_W})?(?:(?:traps?|informs?){_W})?"
    rf"(?:version{_W}(?:1|2c|3{_W}(?:noauth|auth|priv)){_W})?"
    rf"(?!(?:use-vrf|source-interface|vrf|filter-vrf|udp-port|traps?|informs?|version)\b){_VALUE}",
    rf"\bsnmp-server{_W}user{_W}.{{1,200}}?{_W}auth{_W}(?:md5|sha\S*+){_W}{_VALUE}"
    rf"(?:{_W}priv(?:{_W}(?:des|3des|aes(?:-?\d++|{_W}\d++)?))?{_W}{_VALUE})?",
    rf"{_START}r[ow]community6?{_W}{_VALUE}",
    rf"(?i:\bcommunity{_W}(?:name|string))[ \t]*+:[ \t]*+{_VALUE}",
    # Junos: traces of snmpd, and its complaint about a community that it does not know
    rf"(?:>>>|<<<){_W}Community:{_W}{_VALUE}",
    r"\bunauthorized SNMP community from \S{1,64} to [^()]{1,64}\(([^()]++)\)",
)
_NAMED = (
    r"(?i:(?:password|passwd|passphrase|passcode|pwd|secret|psk|(?:api|access|private|shared)[_-]?key"
    r"|(?:auth|access|refresh|bearer|api)[_-]?token))[\"']?[ \t]*+[=:](?![=/])[ \t]*+" + _LOOSE,
    r"(?i:<[\w:]{0,60}(?:password|passphrase|secret)\w{0,30}(?:[ \t][^<>]{0,200})?>(?:<value>)?)([^<>\s][^<>]*+)",
    r"(?i:\bN=\"\w{0,60}?(?:password|secret)\"[^<>]{0,60}>)([^<>]++)",
    r"(?i:(?<!\S)[-/]\w{0,20}?password[do]?(?:[ \t]++|:))(?![-$(@\[])" + _LOOSE,
    r"(?i:\bConvertTo-SecureString[ \t]++(?:-String[ \t]++)?)(?![-$(@\[])" + _LOOSE,
)
_WEB = (
    r"(?i:\bauthorization[\"']?[ \t]*+[:=][ \t]*+[\"']?(?:(?:basic|bearer|negotiate|kerberos|ntlm)[ \t]++)?+)"
    r"([^\s\"',;<>]++)",
    r"(?i:\bbearer[ \t]++)([A-Za-z0-9._~+/\-]{16,}+=*+)",
    r"\b(eyJ[\w\-]{8,}+\.eyJ[\w\-]{8,}+(?:\.[\w\-]*+)?)",
    r"://[^\s/@:]{0,200}+:([^\s/@]{1,200}+)@",
)
_HASH = (r"(?<![\w$])(\$(?:1|5|6|8|9|14|y|2[abxy]?|sha1|argon2id?)\$[^\s\"';,<>]{4,})",)
# A recovery password of BitLocker: eight groups of six digits. A line of a password dump: LM hash and NT hash.
_RECOVERY = (r"(?<![\d\-])(\d{6}(?:-\d{6}){7})(?![\d\-])",)
_DUMP = (r"(?i:\b([0-9a-f]{32}):([0-9a-f]{32})(?=:::))",)
_MARKED = (r'"([^"]++)";?[ \t]*+##[ \t]*+SECRET-DATA',)

Rules = tuple[re.Pattern[str], ...]

# A rule can only match a line that holds one of its words; looking for a word is a tenth of the cost of a match.
RULES: Final[tuple[tuple[tuple[str, ...], Rules], ...]] = tuple(
    (words, tuple(map(re.compile, rules)))
    for words, rules in (
        (("password", "secret"), _PASSWORD),
        (("key",), _KEY),
        (("psk", "ascii-text"), _PSK),
        (("authentication",), _AUTHENTICATION),
        (("snmp", "community"), _SNMP),
        (("$",), _HASH),
        (("secret-data",), _MARKED),
        (("-",), _RECOVERY),
        ((":::",), _DUMP),
        (("pass", "pwd", "sec", "psk", "key", "token"), _NAMED),
        (("authorization", "bearer", "eyj", "://"), _WEB),
    )
)
