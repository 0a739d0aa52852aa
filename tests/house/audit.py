"""Looks the runtime's versions up among known vulnerabilities.

    python -m tests.house.audit

pip-audit calls it a success when it could look nothing up (behind a mirror every package is
"not found"), so this counts what was audited, and says loudly when that is nothing.
"""

import json
import subprocess
import sys
from typing import Any

COMMAND = [
    "-m",
    "pip_audit",
    "--requirement",
    "requirements.txt",
    "--disable-pip",
    "--require-hashes",
]
OUTPUT = ["--format", "json", "--progress-spinner", "off"]


def verdict(report: dict[str, Any] | None) -> tuple[int, str]:
    """Exit code and the words for it, from pip-audit's report; None is no report at all."""
    packages = report["dependencies"] if report else []
    audited = [package for package in packages if "vulns" in package]
    vulnerable = [
        f"{package['name']} {package['version']}: "
        + ", ".join(vulnerability["id"] for vulnerability in package["vulns"])
        for package in audited
        if package["vulns"]
    ]
    if vulnerable:
        return 1, "known vulnerabilities:\n  " + "\n  ".join(vulnerable)
    if not audited:
        return (
            0,
            "!!! SKIPPED: the vulnerability database could not be asked; NOTHING was audited !!!",
        )
    missed = len(packages) - len(audited)
    note = f"; {missed} could not be looked up" if missed else ""
    return 0, f"{len(audited)} packages audited, no known vulnerability{note}"


def main() -> int:
    answer = subprocess.run([sys.executable, *COMMAND, *OUTPUT], capture_output=True, text=True, check=False)
    try:
        report = json.loads(answer.stdout)
    except ValueError:
        print(answer.stderr.strip()[-400:], file=sys.stderr)
        report = None
    code, words = verdict(report)
    print(f"pip-audit: {words}")
    return code


if __name__ == "__main__":
    sys.exit(main())
