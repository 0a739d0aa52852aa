"""What is packaged: complete, code only, the same every time, within its budgets."""

import json
import marshal
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import chalice
import pytest

from infra import archives, layer, package
from infra.parts import ROOT, lambda_runtime
from tests.infra.views import FUNCTION, FUNCTIONS, Resources, names_in

VERSION = lambda_runtime().removeprefix("python")


def members(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def test_every_handler_is_in_its_zip(built: Path, packaged: dict[str, Any]) -> None:
    for name, function in Resources(packaged).of(FUNCTION).items():
        module, entry = function["Handler"].rsplit(".", 1)
        path = f"{module.replace('.', '/')}.pyc"
        archive = built / function["CodeUri"]
        assert path in members(archive), name
        # Behind the 16 bytes that say what it was compiled of.
        assert entry in marshal.loads(zipfile.ZipFile(archive).read(path)[16:]).co_names


@pytest.mark.parametrize("name", ["functions.zip", "chalice.zip"])
def test_only_code_ships(built: Path, name: str) -> None:
    shipped = members(built / "artefacts" / name)

    assert {one.split("/")[0] for one in shipped} <= {"app.pyc", "chalice", "chalicelib", "functions"}
    assert not [one for one in shipped if "/tests/" in one or one.endswith(".md")]


@pytest.mark.parametrize("name", ["functions.zip", "chalice.zip"])
def test_byte_code_ships_that_is_never_checked(built: Path, name: str) -> None:
    with zipfile.ZipFile(built / "artefacts" / name) as archive:
        compiled = [one for one in archive.namelist() if one.endswith(".pyc")]
        assert {archive.read(one)[4:8] for one in compiled} == {b"\x01\0\0\0"}
        assert not [one for one in archive.namelist() if one.endswith(".py")]


def test_a_local_build_downloads_nothing(built: Path) -> None:
    assert {path.name for path in (built / "artefacts").iterdir()} == {"functions.zip", "chalice.zip"}


def test_equal_folders_make_equal_zips(tmp_path: Path) -> None:
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        for file in ("x.py", "y.py") if name == "a" else ("y.py", "x.py"):
            (folder / file).write_text(f"{file[0]} = 1\n")

    first, second = (archives.write_zip(tmp_path / name, tmp_path / f"{name}.zip") for name in ("a", "b"))

    assert first.read_bytes() == second.read_bytes()


def test_every_part_of_ours_is_in_the_whole_template(template: dict[str, Any], packaged: dict[str, Any]) -> None:
    assert set(template["Resources"]) <= set(packaged["Resources"])
    assert set(packaged["Outputs"]) == set(template["Outputs"])


def test_what_the_whole_template_refers_to_is_there(packaged: dict[str, Any]) -> None:
    known = set(packaged["Resources"]) | set(packaged["Parameters"])

    found = {name for name in names_in(packaged["Resources"]) | names_in(packaged["Outputs"])}

    # ${stageVariables...} and the like belong to API Gateway, ${AWS::...} to CloudFormation.
    assert {name for name in found if not name.startswith(("AWS::", "RestAPIId"))} <= known


def test_roles_and_runtime_are_ours_where_chalice_has_its_own(packaged: dict[str, Any]) -> None:
    resources = Resources(packaged)
    for name in ("api", "authorizer"):
        assert resources.function(name)["Runtime"] == lambda_runtime()
        assert names_in(resources.function(name)["Role"]) <= {"ApiRole", "AuthorizerRole"}
    assert "replaced-by" not in json.dumps(packaged)


def test_the_web_applications_origin_is_a_parameter(packaged: dict[str, Any]) -> None:
    answers = json.dumps(packaged["Resources"]["RestAPI"])

    assert "${WebOrigin}" in answers
    assert package.ORIGIN not in answers


def test_every_route_but_preflights_is_behind_the_authorizer(packaged: dict[str, Any]) -> None:
    paths = packaged["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    open_routes = {
        f"{method} {path}"
        for path, methods in paths.items()
        for method, route in methods.items()
        if method != "options" and not route.get("security")
    }

    assert paths
    assert open_routes <= {"get /openapi.json", "get /asyncapi.json", "get /health"}


def test_the_layer_keeps_the_services_that_the_code_asks_for() -> None:
    asked = {
        service
        for path in (ROOT / "chalicelib").rglob("*.py")
        for service in re.findall(r'client(?:_at)?\("([a-z0-9-]+)"', path.read_text())
    }

    assert asked
    # The tracer's daemon speaks X-Ray, PynamoDB makes its own client of DynamoDB.
    assert asked | {"xray", "dynamodb"} == layer.SERVICES


def test_the_layer_leaves_chalice_to_chalices_package(tmp_path: Path) -> None:
    names = {re.split(r"[\[=]", line)[0] for line in layer.requirements()}

    assert "boto3" in names
    assert "chalice" not in names


def test_a_python_that_is_not_here_is_not_found() -> None:
    assert archives.find_interpreter("3.3") is None


def test_sizes_over_budget_fail(built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    assert package.main(["sizes", "--out", str(built)]) == 0
    monkeypatch.setitem(package.BUDGETS_MB, "chalice.zip", 0)
    assert package.main(["sizes", "--out", str(built)]) == 1
    assert "chalice.zip" in capsys.readouterr().out


@pytest.mark.slow
def test_the_whole_package_fits_its_budgets_and_is_the_same_twice(tmp_path: Path) -> None:
    outs = [tmp_path / "a", tmp_path / "b"]
    for out in outs:
        package.build(out=out)

    for name, size in package.sizes(outs[0]).items():
        assert 0 < size <= package.BUDGETS_MB[name]
        same = {(out / "artefacts" / name).read_bytes() for out in outs}
        assert len(same) == 1, f"{name} differs"
    assert set(package.sizes(outs[0])) == set(package.BUDGETS_MB)
    shipped = members(outs[0] / "artefacts" / "layer.zip")
    assert not [one for one in shipped if not one.startswith("python/")]
    assert "python/botocore/data/endpoints.json" in shipped


@pytest.mark.slow
def test_the_pruned_layer_runs_every_handler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On this processor's wheels, for Lambda's own has another; imports and clients need what was pruned least."""
    interpreter = archives.find_interpreter(VERSION)
    if interpreter is None:
        pytest.skip(f"no Python {VERSION} here")
    monkeypatch.setattr(layer, "PLATFORM", "x86_64-manylinux_2_28")
    layer.install(tmp_path / "layer" / "python", VERSION)
    layer.prune(tmp_path / "layer" / "python")
    # The byte code of `built` is for the Python that runs here.
    for package_of in ("functions", "chalicelib"):
        archives.copy_code(ROOT / package_of, tmp_path / "code" / package_of)
    archives.copy_code(Path(chalice.__file__).parent, tmp_path / "code" / "chalice")
    shutil.copyfile(ROOT / "app.py", tmp_path / "code" / "app.py")
    handlers = [f"functions.{name}.handler" for name in FUNCTIONS if name not in ("api", "authorizer")]
    program = "; ".join(
        [
            "import importlib, boto3, pynamodb.models, aws_lambda_powertools.metrics, aws_xray_sdk.core",
            *(f"importlib.import_module({name!r})" for name in [*handlers, "app"]),
            *(f"boto3.client({name!r}, region_name='eu-central-1')" for name in sorted(layer.SERVICES)),
        ]
    )

    done = subprocess.run(
        [interpreter, "-c", program],
        cwd=tmp_path / "code",
        env={"PYTHONPATH": f"{tmp_path}/layer/python:{tmp_path}/code", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
