"""Merges the template's parts and adds what is made of them: roles, log groups, alarms, dashboard.

python -m infra.build    write build/extension.json; infra.package merges Chalice's package with it
"""

import json
import sys
from pathlib import Path

from infra import monitoring, roles
from infra.parts import PARTS, ROOT, Template, lambda_runtime, load, merge

BUILD = ROOT / "build"
ARCHITECTURE = {"Fn::If": ["InAws", "arm64", "x86_64"]}


def _set_runtime(resources: Template) -> None:
    """On each function, not as a global: Chalice names its own interpreter, which would win."""
    runtime = lambda_runtime()
    for one in resources.values():
        if one["Type"] == "AWS::Serverless::Function":
            one["Properties"] |= {"Runtime": runtime, "Architectures": [ARCHITECTURE]}
    resources["DependencyLayer"]["Properties"]["CompatibleRuntimes"] = [runtime]


def extension() -> Template:
    """Everything but what Chalice makes of app.py."""
    template: Template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Description": "Parley, a customer-service desk",
    }
    sections: Template = {}
    for path in sorted(PARTS.glob("*.yaml")):
        merge(sections, load(path), path.name)
    _set_runtime(sections["Resources"])
    merge(sections, {"Resources": roles.resources()}, "roles.yaml")
    merge(sections, {"Resources": monitoring.alarms(sections)}, "alarms.yaml")
    merge(sections, {"Resources": monitoring.dashboard(sections)}, "monitoring.py")
    return template | sections


def write(directory: Path = BUILD) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "extension.json"
    path.write_text(json.dumps(extension(), indent=1, sort_keys=True) + "\n")
    return path


def main() -> int:
    print(write())
    return 0


if __name__ == "__main__":
    sys.exit(main())
