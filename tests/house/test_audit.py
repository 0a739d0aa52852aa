"""The vulnerability gate is not green for having looked at nothing."""

from typing import Any

from tests.house.audit import verdict


def package(*vulnerabilities: str) -> dict[str, Any]:
    return {"name": "pastry", "version": "1.0", "vulns": [{"id": each} for each in vulnerabilities]}


UNKNOWN = {"name": "pastry", "skip_reason": "not found and could not be audited"}


def test_a_known_vulnerability_fails() -> None:
    code, words = verdict({"dependencies": [package(), package("CVE-2026-1"), UNKNOWN]})

    assert code == 1
    assert "pastry 1.0: CVE-2026-1" in words


def test_audited_packages_pass_with_their_count() -> None:
    assert verdict({"dependencies": [package(), package(), UNKNOWN]}) == (
        0,
        "2 packages audited, no known vulnerability; 1 could not be looked up",
    )


def test_an_audit_of_nothing_is_called_skipped_when_no_package_was_found() -> None:
    code, words = verdict({"dependencies": [UNKNOWN]})

    assert code == 0
    assert "SKIPPED" in words
    assert "no known vulnerability" not in words


def test_an_audit_of_nothing_is_called_skipped_when_there_is_no_report() -> None:
    assert verdict(None) == verdict({"dependencies": []})
