"""cert-enrollment-event-93 against its lab: every fault is found, and the fixes together cure it and nothing else does."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.contract.cert_enrollment_support import PROBLEM, Forest, forest
from tests.contract.windows_support import LIBRARY, Door, Unsatisfied, fixes, found, shown, trees
from troubleshoot.core.fixing import outcome
from troubleshoot.core.state import State
from troubleshoot.lab.windows.pki import ntauth
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.transports.base import OnChunk, Output
from troubleshoot.trees.match import find

TREE = trees(PROBLEM)[PROBLEM]
ALL = fixes(PROBLEM)
USUAL = tuple(name for name in ALL if name != "add_to_copy")  # that one is for hosts that do not refresh by themselves

PUBLISH = [("publish", "dc1"), ("replicate", "rodc7"), ("replicate", "dc2"), ("refresh_copy", "ca01")]
RESTART = ("restart_service", "ca01")
# fault, the fixes to consent to, what must have been done where, in this order
CURES = [
    ("not_published", USUAL, [*PUBLISH, RESTART]),
    ("german_not_published", USUAL, [*PUBLISH, RESTART]),
    ("not_published_unnoticed", USUAL, PUBLISH),
    ("old_not_published", USUAL, [*PUBLISH, RESTART]),
    ("replication_pending", USUAL, [("replicate", "dc2"), ("refresh_copy", "ca01"), RESTART]),
    ("rodc_behind", USUAL, [("replicate", "rodc7")]),
    ("not_refreshed", USUAL, [("refresh_copy", "ca01"), RESTART]),
    ("german_not_refreshed", ("add_to_copy", "restart_service"), [("add_to_copy", "ca01"), RESTART]),
    ("not_refreshed_2008r2", ("add_to_copy", "restart_service"), [("add_to_copy", "ca01"), RESTART]),
    ("refresh_blocked", ALL, [("add_to_copy", "ca01"), RESTART]),
    ("not_restarted", USUAL, [RESTART]),
    ("stopped", USUAL, [("start_service", "ca01")]),
]
CURED = pytest.mark.parametrize(("fault", "fixes", "done"), CURES, ids=[cure[0] for cure in CURES])


def steps(state: State) -> list[str]:
    return [entry.step for entry in state.path]


@CURED
async def test_the_fixes_cure(fault: str, fixes: tuple[str, ...], done: list[tuple[str, str]], tmp_path: Path) -> None:
    async with forest(fault, tmp_path) as lab:
        state = await lab.walk(*fixes)
        assert outcome(state) == "fixed", (steps(state), shown(state))
        verified = [(record.plan.id, record.plan.host) for record in state.fixes if record.status == "verified"]
        assert verified == done
        assert lab.issues()
        assert service_control(lab.ca).running("certsvc")
        leftovers = [host for host in lab.lab.estate.machines if _temporary_file(lab, host)]
    assert not leftovers, "a temporary file stays"


def _temporary_file(lab: Forest, host: str) -> bool:
    from troubleshoot.lab.windows.filesystem import file_system

    return file_system(lab.lab.estate.machines[host]).exists("C:\\Windows\\Temp\\ts-ntauth.cer")


async def test_only_the_missing_certificate_is_published(tmp_path: Path) -> None:
    async with forest("not_published", tmp_path) as lab:
        before = lab.published("dc1")
        await lab.walk("publish")
        newest = lab.authority.certificates[-1].sha1
        assert sorted([*before, newest]) == lab.published("dc1")
        assert lab.published("dc2") == before, "it has to be replicated, which is another fix"


async def test_a_restart_alone_does_not_heal(tmp_path: Path) -> None:
    async with forest("not_published", tmp_path) as lab:
        for line in ("net stop certsvc", "net start certsvc"):
            await lab.lab.source.execute("ca01", line, deadline=20)
        state = await lab.walk()
        assert not lab.issues()
    assert found(state) == ("not_published", "dc1")


async def test_a_cross_certificate_in_ntauth_does_not_heal(tmp_path: Path) -> None:
    async with forest("not_published", tmp_path) as lab:
        file = "C:\\Windows\\System32\\CertSrv\\CertEnroll\\ca01.nordwind.example_Nordwind Issuing CA 2(0-1).crt"
        for line in (f'certutil -f -enterprise -addstore NTAuth "{file}"', "net stop certsvc", "net start certsvc"):
            answer = await lab.lab.source.execute("ca01", line, deadline=20)
            assert answer.exit_code == 0, answer.text
        state = await lab.walk()
    assert found(state) == ("not_published", "dc1")


async def test_publishing_from_the_ca_needs_what_the_session_lacks(tmp_path: Path) -> None:
    """Why the tree carries the certificate to a controller."""
    async with forest("not_published", tmp_path) as lab:
        source = lab.lab.source
        await source.execute("ca01", "certutil -f -ca.cert C:\\Windows\\Temp\\x.cer 2", deadline=20)
        answer = await source.execute("ca01", "certutil -f -dspublish C:\\Windows\\Temp\\x.cer NTAuthCA", deadline=20)
    assert answer.exit_code == 0x80072020
    assert answer.refusal


async def test_what_was_published_meanwhile_is_seen(tmp_path: Path) -> None:
    """Somebody else was faster: nothing is called fixed that was not, and the next place is looked at."""
    async with forest("not_published", tmp_path) as lab:
        await lab.walk("publish")
        state = await lab.walk("publish")
        sent = [line for line in lab.lab.ran("dc1") if "-dspublish" in line and "PS" not in line]
    assert found(state)[0] == "replication_pending"
    assert not [record for record in state.fixes if record.plan.id == "publish"]
    assert len(sent) <= 1


async def test_with_delegation_the_ca_itself_is_asked(tmp_path: Path) -> None:
    async with forest("healthy_delegated", tmp_path) as lab:
        delegated = await lab.walk()
    async with forest("healthy", tmp_path) as lab:
        plain = await lab.walk()
    assert "offered_by_directory" not in steps(delegated)
    assert "offered_by_directory" in steps(plain)


async def test_without_a_template_its_rights_are_not_looked_at(tmp_path: Path) -> None:
    async with forest("nobody_may_enrol", tmp_path) as lab:
        state = await lab.walk(template="")
    assert (outcome(state), "template_rights" in steps(state)) == ("healthy", False)


async def test_every_controller_is_asked_whichever_comes_first(tmp_path: Path) -> None:
    async with forest("replication_pending", tmp_path) as lab:
        states = [await lab.walk(dc=dc) for dc in ("dc1", "dc2", "rodc7")]
    for state in states:
        asked = {seen.host for seen in state.observations if seen.name == "nt_auth"}
        assert asked == {"dc1", "dc2", "rodc7"}
        assert found(state) == ("replication_pending", "dc2")


@pytest.mark.parametrize("host", ["ca01"])
async def test_a_host_that_is_no_controller_is_noticed(host: str, tmp_path: Path) -> None:
    async with forest("not_published", tmp_path) as lab:
        state = await lab.walk(dc=host)
    assert outcome(state) == "inconclusive"


async def test_a_host_that_is_no_ca_is_noticed(tmp_path: Path) -> None:
    async with forest("not_published", tmp_path) as lab:
        state = await lab.walk(ca_server="dc2")
    assert found(state)[0] == "no_ca"


async def test_the_way_back_from_publishing(tmp_path: Path) -> None:
    async with forest("not_published", tmp_path) as lab:
        before = lab.published("dc1")
        state = await lab.walk("publish", source=Unsatisfied(lab.lab.source))
        assert shown(state)[0][:3] == ("publish", "dc1", "rolled_back"), shown(state)
        assert lab.published("dc1") == before
        assert any("PutEx" in line for line in lab.lab.ran("dc1"))


async def test_the_way_back_from_the_own_copy(tmp_path: Path) -> None:
    async with forest("refresh_blocked", tmp_path) as lab:
        before = lab.cached()
        state = await lab.walk("add_to_copy", source=Unsatisfied(lab.lab.source, 3))
        assert shown(state)[0][:3] == ("add_to_copy", "ca01", "rolled_back"), shown(state)
        assert lab.cached() == before


def test_every_other_fix_says_why_there_is_no_way_back() -> None:
    without = {fix.id for fix in TREE.fixes.values() if not fix.rollback}
    assert without == {"start_service", "replicate", "refresh_copy", "restart_service"}
    assert all(TREE.fixes[name].no_rollback for name in without)


class Helped(Door):
    """Somebody publishes the certificate on dc1 right after NTAuth of the last controller was read."""

    def __init__(self, lab: Forest) -> None:
        super().__init__(lab.lab.source)
        self._lab = lab

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        answer = await super().read(host, command, deadline=deadline, on_chunk=on_chunk)
        if host == "rodc7" and "CN=NTAuthCertificates" in command:
            ntauth.publish(self._lab.directory, self._lab.authority.certificates[-1].der, "dc1")
        return answer


async def test_a_forest_that_changes_while_we_look_is_not_judged(tmp_path: Path) -> None:
    async with forest("not_published", tmp_path) as lab:
        state = await lab.walk(*ALL, source=Helped(lab))
    assert (outcome(state), found(state)[0], state.fixes) == ("inconclusive", "just_changed", ())


async def test_the_certificate_never_stands_on_a_command_line(tmp_path: Path) -> None:
    async with forest("not_published", tmp_path) as lab:
        await lab.walk("publish")
        data = base64.b64encode(lab.authority.certificates[-1].der).decode()
        assert not [line for line in lab.lab.ran() if data[:60] in line]


@pytest.mark.parametrize(
    "text",
    [
        "Event ID 93 Microsoft-Windows-CertificationAuthority",
        "CERTSRV_E_TEMPLATE_DENIED 0x80094012",
        "You do not have permission to request this type of certificate",
    ],
)
def test_what_people_paste_leads_here(text: str) -> None:
    assert find(LIBRARY, text)[0].tree == PROBLEM
