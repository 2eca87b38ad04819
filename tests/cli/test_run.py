"""`troubleshoot run`: verdicts, exit codes, JSON, fixes, refusals; each in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

from tests.cli.support import Ran, environment, lab, sent_lines, settings, troubleshoot, wait_for


def checked(plain: dict[str, object]) -> None:
    schema = json.loads((resources.files("troubleshoot.report") / "result.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(plain, schema)


def trace(home: Path, inventory: Path, *more: str, known_hosts: Path | None = None) -> Ran:
    """`run rpf-trace --json` against a lab."""
    keys = known_hosts or inventory / "known_hosts"
    options: list[str | Path] = ["--json", "--inventory", inventory, "--known-hosts", keys, *more]
    return troubleshoot(home, "run", "rpf-trace", *options, *settings())


def test_a_fault_is_diagnosed_on_the_right_router(tmp_path: Path) -> None:
    with lab(tmp_path, "pim_missing") as inventory:
        ran = trace(tmp_path, inventory)
    assert ran.code == 1, ran.err
    checked(ran.result)
    assert ran.result["outcome"] == "diagnosed"
    assert (ran.result["diagnosis"]["id"], ran.result["diagnosis"]["host"]) == ("pim_missing", "r3")
    assert ran.result["fixes"][0]["status"] == "offered"
    assert not any(line.startswith("configure") for line in sent_lines(tmp_path))


def test_a_named_fix_is_applied_verified_and_sent_once(tmp_path: Path) -> None:
    with lab(tmp_path, "pim_missing") as inventory:
        ran = trace(tmp_path, inventory, "--apply", "enable_pim")
    assert ran.code == 0, ran.err
    assert ran.result["outcome"] == "fixed"
    assert ran.result["fixes"][0]["status"] == "verified"
    assert sent_lines(tmp_path).count("ip pim sparse-mode") == 1


def test_a_riskier_fix_needs_its_risk_named(tmp_path: Path) -> None:
    with lab(tmp_path, "rp_mismatch") as inventory:
        ran = trace(tmp_path, inventory, "--apply", "replace_rp")
    assert ran.code == 1
    assert "--allow-risk session" in ran.err
    assert not any("rp-address" in line and "show" not in line for line in sent_lines(tmp_path))


def test_an_unknown_host_key_is_an_error_and_no_password_is_sent(tmp_path: Path) -> None:
    with lab(tmp_path, "healthy") as inventory:
        (tmp_path / "empty").write_text("", encoding="utf-8")
        ran = trace(tmp_path, inventory, known_hosts=tmp_path / "empty")
    assert ran.code == 4
    assert ran.result["outcome"] == "inconclusive"
    assert [error["kind"] for error in ran.result["errors"]] == ["host_key"]
    assert "SHA256:" in ran.result["errors"][0]["message"] + ran.err
    assert sent_lines(tmp_path) == []


def test_a_wrong_password_is_one_failed_login_and_exit_code_4(tmp_path: Path) -> None:
    with lab(tmp_path, "healthy") as inventory:
        hosts = json.loads((inventory / "hosts.yaml").read_text(encoding="utf-8"))
        for host in hosts.values():
            host["password"] = "hunter2-wrong"
        (inventory / "hosts.yaml").write_text(json.dumps(hosts), encoding="utf-8")
        ran = trace(tmp_path, inventory)
    assert ran.code == 4
    assert [error["kind"] for error in ran.result["errors"]] == ["auth"]
    assert "hunter2" not in ran.out + ran.err


def test_an_unreachable_host_is_exit_code_4(tmp_path: Path) -> None:
    inventory = tmp_path / "hosts.yaml"
    inventory.write_text("r5: {hostname: 127.0.0.1, port: 1, username: x, platform: ios}\n", encoding="utf-8")
    ran = troubleshoot(
        tmp_path, "run", "rpf-trace", "--json", "--inventory", inventory, *settings(), TROUBLESHOOT_PASSWORD="x"
    )
    assert (ran.code, ran.result["outcome"]) == (4, "inconclusive")
    assert [error["kind"] for error in ran.result["errors"]] == ["unreachable"]


def test_missing_evidence_is_named_and_exit_code_5(tmp_path: Path) -> None:
    captures = tmp_path / "c.yaml"
    captures.write_text("hosts:\n  r5:\n    platform: ios\n    commands: []\n", encoding="utf-8")
    ran = troubleshoot(tmp_path, "run", "rpf-trace", "--json", "--captures", captures, *settings())
    assert (ran.code, ran.result["outcome"], ran.result["diagnosis"]) == (5, "inconclusive", None)
    assert {"host": "r5", "command": "show ip mroute 239.1.1.1 10.1.12.4"} in ran.result["needs"]
    checked(ran.result)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "no-such-tree"], "there is no tree 'no-such-tree'"),
        (["run", "rpf-trace"], "needs source, group, router"),
        (["run", "rpf-trace", *settings(group="10.1.1.1")], "is not an IPv4 multicast group"),
        (["run", "rpf-trace", *settings(router="r5; reload")], "is not a host name"),
        (["run", "rpf-trace", *settings(colour="red")], "has no parameter 'colour'"),
        (["run", "rpf-trace", "--set", "source"], "is not of the form name=value"),
        (["run", "rpf-trace", *settings(), "--captures", "nowhere.yaml"], "nowhere.yaml"),
        (["run", "rpf-trace", *settings()], "no inventory"),
        (["run", "rpf-trace", *settings(), "--apply", "enable_pmi"], "there is no such fix"),
        (["run", "rpf-trace", "--lab", "healthy", "--captures", "x.yaml"], "--lab brings its own hosts"),
        (["trees", "lint", "no-such-tree"], "there is no tree"),
        (["frobnicate"], "No such command"),
        (["demo", "--headless", "--fault", "nonsense"], "nonsense"),
    ],
)
def test_bad_input_is_exit_code_2_with_a_clear_word(tmp_path: Path, arguments: list[str], said: str) -> None:
    ran = troubleshoot(tmp_path, *arguments)
    assert ran.code == 2, ran.err
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_a_deadline_stops_the_run_and_leaves_it_resumable(tmp_path: Path) -> None:
    with lab(tmp_path, "healthy") as inventory:
        options: list[str | Path] = ["--inventory", inventory, "--known-hosts", inventory / "known_hosts"]
        ran = trace(tmp_path, inventory, "--deadline", "1")
        assert (ran.code, ran.result["outcome"]) == (130, "aborted")
        resumed = troubleshoot(tmp_path, "resume", ran.result["incident"], "--headless", "--json", *options)
    assert (resumed.code, resumed.result["outcome"]) == (0, "healthy")


def killed_run(tmp_path: Path, inventory: Path, until: str, *more: str) -> None:
    """Start a run and kill it with SIGKILL (no chance to clean up) when its progress says ``until``."""
    command = [
        sys.executable,
        "-m",
        "troubleshoot",
        "run",
        "rpf-trace",
        "--inventory",
        str(inventory),
        *more,
        *settings(),
    ]
    command += ["--known-hosts", str(inventory / "known_hosts")]
    process = subprocess.Popen(
        command, env=environment(tmp_path), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if until in line:
            break
    process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    process.wait()
    process.stderr.close()


def newest(tmp_path: Path) -> str:
    incident: str = json.loads(troubleshoot(tmp_path, "incidents", "--json").out)[0]["id"]
    return incident


def test_a_killed_diagnosis_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with lab(tmp_path, "no_route") as inventory:
        killed_run(tmp_path, inventory, "Next hop towards the source")
        options: list[str | Path] = ["--inventory", inventory, "--known-hosts", inventory / "known_hosts"]
        resumed = troubleshoot(tmp_path, "resume", newest(tmp_path), "--headless", "--json", *options)
    assert (resumed.code, resumed.result["diagnosis"]["id"]) == (1, "no_route")
    assert sent_lines(tmp_path).count("show ip mroute 239.1.1.1 10.1.12.4") <= 4


def test_a_fix_in_flight_when_killed_is_verified_on_resume_and_never_sent_again(tmp_path: Path) -> None:
    with lab(tmp_path, "pim_missing") as inventory:
        killed_run(tmp_path, inventory, "sending the fix", "--apply", "enable_pim")
        incident = newest(tmp_path)
        shown = troubleshoot(tmp_path, "show", incident, "--json").result
        assert shown["outcome"] in ("unknown", "aborted")
        options: list[str | Path] = ["--inventory", inventory, "--known-hosts", inventory / "known_hosts"]
        troubleshoot(tmp_path, "resume", incident, "--headless", "--json", *options)
    assert sent_lines(tmp_path).count("ip pim sparse-mode") <= 1


def test_two_sessions_cannot_work_on_one_incident(tmp_path: Path) -> None:
    with lab(tmp_path, "healthy") as inventory:
        options = ["--inventory", str(inventory), "--known-hosts", str(inventory / "known_hosts")]
        command = [sys.executable, "-m", "troubleshoot", "run", "rpf-trace", *options, *settings()]
        first = subprocess.Popen(
            command, env=environment(tmp_path), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        wait_for(lambda: troubleshoot(tmp_path, "incidents", "--json").out.strip() != "[" and newest_or_none(tmp_path))
        second = troubleshoot(tmp_path, "resume", newest(tmp_path), "--headless", *options)
        assert first.stderr is not None
        first.stderr.read()
        first.wait()
        first.stderr.close()
    assert second.code == 3
    assert "another" in second.err or "open in" in second.err


def newest_or_none(tmp_path: Path) -> bool:
    return troubleshoot(tmp_path, "incidents", "--json").out.strip() not in ("", "[]")


def test_a_lab_incident_is_resumed_on_a_lab_with_the_same_fault(tmp_path: Path) -> None:
    ran = troubleshoot(tmp_path, "run", "rpf-trace", "--json", "--lab", "no_route", "--deadline", "0.7")
    assert ran.code in (1, 130), ran.err
    resumed = troubleshoot(tmp_path, "resume", ran.result["incident"], "--headless", "--json")
    assert (resumed.code, resumed.result["diagnosis"]["id"]) == (1, "no_route")
