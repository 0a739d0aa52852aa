"""How the workspace is given out: the same on this machine and by CloudFront, strict, and never half new."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from infra import web
from infra.local import site
from infra.local import web as local_web
from infra.local.processes import free_port
from infra.local.web_server import Page
from infra.parts import PARTS, load
from infra.web_upload import upload
from simulators import running

PART = load(PARTS / "web.yaml")
OUTPUTS = {
    "RestApiUrl": "https://a.execute-api.eu-west-1.amazonaws.com/api/",
    "UserPoolClientId": "client",
    "WebBucketName": "pages",
}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    for name, text in {
        "index.html": "<!doctype html><title>Parley</title>",
        "theme.js": "1",
        "assets/index-abc.js": "2",
        "assets/index-abc.css": "a{}",
        ".vite/manifest.json": "{}",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def page(built: Path, tmp_path: Path) -> Page:
    config = tmp_path / "web.json"
    config.write_text(json.dumps(local_web.told("http://127.0.0.1:4566", OUTPUTS, "local")))
    (tmp_path / "secret.txt").write_text("not to be had")
    return Page(built, config)


def test_what_is_no_file_is_the_page_and_a_missing_asset_is_told(page: Page) -> None:
    told = {path: page.answer(path) for path in ("/", "/board", "/reports/rpt_1", "/assets/index-old.js", "/theme.js")}

    assert [(path, int(status), kind.split(";")[0], kept) for path, (status, kind, kept, _) in told.items()] == [
        ("/", 200, "text/html", web.NOT_KEPT),
        ("/board", 200, "text/html", web.NOT_KEPT),
        ("/reports/rpt_1", 200, "text/html", web.NOT_KEPT),
        ("/assets/index-old.js", 404, "text/plain", web.NOT_KEPT),
        ("/theme.js", 200, "text/javascript", web.NOT_KEPT),
    ]
    assert page.answer("/assets/index-abc.js")[2] == web.IMMUTABLE


@pytest.mark.parametrize("path", ["/../secret.txt", "/assets/../../secret.txt", "//etc/hostname", "/./../web.json"])
def test_nothing_outside_of_the_build_is_given_out(page: Page, path: str) -> None:
    _, _, _, body = page.answer(path)

    assert b"not to be had" not in body and b"client" not in body
    assert body.startswith((b"<!doctype html>", b"There is no such file"))


def test_the_config_is_written_by_the_server(page: Page) -> None:
    status, kind, kept, body = page.answer("/config.json")

    assert (int(status), kind, kept) == (200, "application/json", web.NOT_KEPT)
    assert json.loads(body) == {
        "api_url": "https://a.execute-api.eu-west-1.amazonaws.com/api",
        "sign_in": {"url": "http://127.0.0.1:4566", "client_id": "client"},
        "stage": "local",
        "phones": False,
    }


def test_the_simulators_are_reached_through_the_local_server_by_its_own_page_alone(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "DIST", built)
    port = free_port()
    clock = f"{local_web.address(port)}/sim/clock"
    with (
        running() as sim,
        local_web.served(port, "http://127.0.0.1:4566", OUTPUTS, tmp_path, sim.base_url),
    ):
        with urlopen(f"{local_web.address(port)}/config.json") as answer:
            assert json.load(answer)["phones"] is True
        before = _now(Request(clock))
        # What a form of another page could send.
        with pytest.raises(HTTPError, match="404"):
            urlopen(Request(clock, b'{"advance_seconds": 3600}', {"Content-Type": "text/plain"}, method="PUT"))
        moved = Request(clock, b'{"advance_seconds": 3600}', {"Content-Type": "application/json"}, method="PUT")
        assert 3_600 <= (_now(moved) - before).total_seconds() < 3_700
        refused = Request(clock, b'{"now": "noon"}', {"Content-Type": "application/json"}, method="PUT")
        with pytest.raises(HTTPError, match="400"):
            urlopen(refused)


def _now(request: Request) -> datetime:
    with urlopen(request) as answer:
        return datetime.fromisoformat(json.load(answer)["now"])


def test_without_simulators_there_are_none_to_be_reached(page: Page) -> None:
    assert page.simulated("GET", "/sim/clock", None)[0] == 404


def test_the_local_server_answers_with_the_headers_until_it_is_ended(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "DIST", built)
    port = free_port()
    with local_web.served(port, "http://127.0.0.1:4566", OUTPUTS, tmp_path) as child:
        with urlopen(f"{local_web.address(port)}/board") as answer:
            headers, body = dict(answer.headers), answer.read()
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"{local_web.address(port)}/assets/none.js")

    assert b"Parley" in body and headers["X-Content-Type-Options"] == "nosniff"
    assert "connect-src 'self' ws://127.0.0.1:4566 http://127.0.0.1:4566;" in headers["Content-Security-Policy"]
    assert not child.alive()


def test_cloudfront_says_what_the_local_server_says() -> None:
    settings = PART["Resources"]["WebHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    said, names = settings["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    custom = {one["Header"]: one["Value"] for one in settings["CustomHeadersConfig"]["Items"]}
    ours = web.policy(["${Api}", "${Sockets}", "${SignIn}"], ["${Files}"])

    assert said == ours["Content-Security-Policy"]
    assert set(names) == set(re.findall(r"\$\{(\w+)\}", said))
    assert custom.items() <= ours.items()
    assert settings["SecurityHeadersConfig"]["FrameOptions"]["FrameOption"] == ours["X-Frame-Options"]
    assert settings["SecurityHeadersConfig"]["ReferrerPolicy"]["ReferrerPolicy"] == ours["Referrer-Policy"]


def test_the_page_of_a_mail_may_look_as_it_likes_and_do_nothing(page: Page) -> None:
    settings = PART["Resources"]["WebMailHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    security = settings["SecurityHeadersConfig"]
    ours = web.mail_policy(["${Files}"])
    behaviours = PART["Resources"]["WebDistribution"]["Properties"]["DistributionConfig"]["CacheBehaviors"]
    rules = dict(rule.split(" ", 1) for rule in ours["Content-Security-Policy"].split("; "))

    assert security["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"][0] == ours["Content-Security-Policy"]
    assert security["FrameOptions"]["FrameOption"] == ours["X-Frame-Options"] == "SAMEORIGIN"
    assert {one["Header"]: one["Value"] for one in settings["CustomHeadersConfig"]["Items"]}.items() <= ours.items()
    assert [(one["PathPattern"], one["ResponseHeadersPolicyId"]) for one in behaviours] == [
        (web.MAIL_PAGE, {"Ref": "WebMailHeaders"})
    ]
    assert rules["default-src"] == "'none'" and "script-src" not in rules and rules["frame-ancestors"] == "'self'"
    assert page.security(web.MAIL_PAGE)["X-Frame-Options"] == "SAMEORIGIN"
    assert page.security("/inbox")["X-Frame-Options"] == "DENY"


def test_nothing_written_into_the_page_may_run() -> None:
    rules = dict(
        rule.split(" ", 1) for rule in web.policy(["https://api.test"], [])["Content-Security-Policy"].split("; ")
    )

    assert rules["default-src"] == "'none'" and rules["script-src"] == rules["style-src"] == "'self'"
    assert not re.search(r"<script(?![^>]* src=)|\sstyle=|\son\w+=", (web.WEB / "index.html").read_text("utf-8"))


def test_the_bucket_is_the_distributions_alone_and_all_of_it_is_for_aws() -> None:
    resources = PART["Resources"]
    allowed = [
        one
        for one in resources["WebBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
        if one["Effect"] == "Allow"
    ]

    assert {one["Condition"] for one in resources.values()} == {"InAws"}
    assert all(resources["WebBucket"]["Properties"]["PublicAccessBlockConfiguration"].values())
    assert [one["Principal"] for one in allowed] == [{"Service": "cloudfront.amazonaws.com"}] * 2
    assert all("AWS:SourceArn" in one["Condition"]["StringEquals"] for one in allowed)


def test_a_deployment_uploads_the_page_after_everything_that_it_names(built: Path) -> None:
    put: list[dict[str, Any]] = []
    s3 = SimpleNamespace(put_object=lambda **one: put.append(one), meta=SimpleNamespace(region_name="eu-west-1"))

    keys = upload(SimpleNamespace(client=lambda _: s3), built, OUTPUTS, "prod")

    assert keys == ["assets/index-abc.css", "assets/index-abc.js", "theme.js", "config.json", "index.html"]
    assert [one["CacheControl"] == web.IMMUTABLE for one in put] == [True, True, False, False, False]
    assert {one["Bucket"] for one in put} == {"pages"}
    assert json.loads(put[3]["Body"])["sign_in"]["url"] == "https://cognito-idp.eu-west-1.amazonaws.com"
    assert [one["ContentType"] for one in put[:2]] == ["text/css; charset=utf-8", "text/javascript; charset=utf-8"]


class TestNode:
    @pytest.fixture(autouse=True)
    def path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        monkeypatch.setenv("PATH", str(tmp_path))
        yield tmp_path

    def _there(self, folder: Path, version: str) -> None:
        for name in ("node", "npm"):
            (folder / name).write_text(f"#!/bin/sh\necho {version}\n")
            (folder / name).chmod(0o755)

    def test_is_asked_for_where_it_is_missing(self) -> None:
        with pytest.raises(web.NoWorkspace, match=r"Node 20\.19 or newer with npm is needed"):
            web.require_node()

    def test_is_asked_for_where_it_is_too_old(self, path: Path) -> None:
        self._there(path, "v18.20.4")

        with pytest.raises(web.NoWorkspace, match=r"found v18\.20\.4"):
            web.require_node()

    def test_will_do_where_it_is_new_enough(self, path: Path) -> None:
        self._there(path, "v20.19.0")

        web.require_node()


def test_the_widgets_script_is_kept_shortly_and_everything_it_names_for_good() -> None:
    assert [web.kept(name) for name in ("widget.js", "assets/widget-abc.js", "assets/x/widget.js", "index.html")] == [
        web.KEPT_SHORTLY,
        web.IMMUTABLE,
        web.IMMUTABLE,
        web.NOT_KEPT,
    ]


def test_a_companys_page_has_its_own_policy_and_takes_no_words_from_its_address() -> None:
    chats = {"program": "http://127.0.0.1:4580", "inbound": "http://127.0.0.1:4566/_aws/x/$default"}

    assert site.policy(chats)["Content-Security-Policy"] == (
        "default-src 'none'; script-src http://127.0.0.1:4580; frame-src http://127.0.0.1:4566; "
        "base-uri 'none'; form-action 'none'"
    )
    assert 'data-chat="http://127.0.0.1:4566/_aws/x/$default/widget/v1/ibx_1"' in site.page(chats, "chat=ibx_1&dir=rtl")
    assert "<b>" not in site.page(chats, "chat=%22%3E%3Cb%3E&lang=%3Cb%3E&dir=%3Cb%3E")
