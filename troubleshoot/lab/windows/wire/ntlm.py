"""NTLM as a simulated Windows host speaks it: pyspnego's acceptor with the host's own names and accounts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spnego._context import GSSMech
from spnego._negotiate import NegotiateProxy
from spnego._ntlm import NTLMProxy
from spnego._ntlm_raw.messages import Authenticate, AvId, Challenge, FileTime, NegotiateFlags, TargetInfo, Version
from spnego.exceptions import BadMechanismError

if TYPE_CHECKING:
    from spnego import ContextProxy

_ACCOUNTS_VARIABLE: Final = "NTLM_USER_FILE"
_REVISION: Final = 15  # NTLMSSP_REVISION_W2K3


@dataclass(frozen=True, slots=True)
class NtlmHost:
    """What a challenge says of the host: NetBIOS and DNS names, Windows version; and where its hashes are."""

    computer: str
    domain: str
    dns_computer: str
    dns_domain: str
    version: tuple[int, int, int]
    hash_file: Path

    @property
    def joined(self) -> bool:
        return self.domain != self.computer


@contextmanager
def _accounts(path: Path) -> Iterator[None]:
    """pyspnego finds accounts through the environment alone; other hosts in this process have files of their own."""
    before = os.environ.get(_ACCOUNTS_VARIABLE)
    os.environ[_ACCOUNTS_VARIABLE] = str(path)
    try:
        yield
    finally:
        if before is None:
            del os.environ[_ACCOUNTS_VARIABLE]
        else:
            os.environ[_ACCOUNTS_VARIABLE] = before


class HostNtlm(NTLMProxy):
    """One NTLM handshake. ``claimed`` is (domain, user) as the client sent it, once it did."""

    def __init__(self, host: NtlmHost) -> None:
        with _accounts(host.hash_file):
            super().__init__(usage="accept", protocol="ntlm")
        self._host = host
        self.claimed: tuple[str, str] | None = None

    def _step_accept_negotiate(self, token: bytes) -> bytes:
        super()._step_accept_negotiate(token)
        made = self._temp_challenge
        assert made is not None
        challenge = self._challenge(int(made.flags), made.server_challenge or b"")
        self._temp_challenge = challenge
        return challenge.pack()

    def _challenge(self, flags: int, server_challenge: bytes) -> Challenge:
        host = self._host
        if host.joined:
            flags = flags & ~NegotiateFlags.target_type_server | NegotiateFlags.target_type_domain
        version = Version(*host.version, _REVISION) if flags & NegotiateFlags.version else None
        names = self._names()
        return Challenge(flags, server_challenge, target_name=host.domain, target_info=names, version=version)

    def _names(self) -> TargetInfo:
        host = self._host
        names = TargetInfo()
        names[AvId.nb_domain_name] = host.domain
        names[AvId.nb_computer_name] = host.computer
        names[AvId.dns_domain_name] = host.dns_domain or host.dns_computer
        names[AvId.dns_computer_name] = host.dns_computer
        if host.joined:
            names[AvId.dns_tree_name] = host.dns_domain
        names[AvId.timestamp] = FileTime.now()
        return names

    def _step_accept_authenticate(self, token: bytes, channel_bindings: Any) -> None:
        sent = Authenticate.unpack(token)
        self.claimed = (sent.domain_name or "", sent.user_name or "")
        with _accounts(self._host.hash_file):
            super()._step_accept_authenticate(token, channel_bindings)


class HostNegotiate(NegotiateProxy):
    """SPNEGO, or a bare mechanism token, for the mechanisms that the host offers, in its order of preference."""

    def __init__(self, mechanisms: dict[GSSMech, ContextProxy]) -> None:
        for context in mechanisms.values():
            context._is_wrapped = True
        super().__init__(usage="accept", protocol="negotiate", _negotiate_contexts=dict(mechanisms))
        self._offered = dict(mechanisms)

    def _preferred_mech_list(self) -> list[GSSMech]:
        return list(self._offered)

    def _rebuild_context_list(self, mech_types: list[str] | None = None, channel_bindings: Any = None) -> list[str]:
        wanted = mech_types or []
        common = {m: c for m, c in self._offered.items() if any(self._is_same_mech(m, oid) for oid in wanted)}
        if not common:
            raise BadMechanismError(context_msg="no common mechanism")
        self._available_contexts = common
        return super()._rebuild_context_list(mech_types, channel_bindings)

    def _step_spnego_input(
        self, in_token: bytes | None = None, channel_bindings: Any = None
    ) -> tuple[bytes | None, bytes | None, bool]:
        first = not self._context_list
        token, mic, is_spnego = super()._step_spnego_input(in_token, channel_bindings)
        if first and is_spnego and not self._is_same_mech(self._chosen_mech, self._mech_list[0]):
            token = None  # an optimistic token of a mechanism that was not chosen (RFC 4178, 4.2.1)
        return token, mic, is_spnego
