"""Puts the built workspace where CloudFront gives it out from."""

import json
import mimetypes
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.web import kept, page_config

ASSETS = "assets/"
PAGE = "index.html"
# Read by tests and the build alone.
LEFT_OUT = ".vite/"


def upload(session: Any, folder: Path, outputs: Mapping[str, str], stage: str) -> list[str]:
    """Answers the keys, in their order: a page that is given out finds everything it names.

    Assets of earlier versions stay, for pages that are still open.
    """
    s3 = session.client("s3")
    sign_in = f"https://cognito-idp.{s3.meta.region_name}.amazonaws.com"
    config = page_config(outputs["RestApiUrl"].rstrip("/"), sign_in, outputs["UserPoolClientId"], stage)
    keys = []
    for key, body in _contents(folder, json.dumps(config).encode()):
        s3.put_object(
            Bucket=outputs["WebBucketName"],
            Key=key,
            Body=body,
            ContentType=_type_of(key),
            CacheControl=kept(key),
        )
        keys.append(key)
    return keys


def _contents(folder: Path, config: bytes) -> Iterator[tuple[str, bytes]]:
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    page = found.pop(PAGE)
    wanted = [key for key in found if not key.startswith(LEFT_OUT)]
    for key in sorted(wanted, key=lambda key: (not key.startswith(ASSETS), key)):
        yield key, found[key].read_bytes()
    yield "config.json", config
    yield PAGE, page.read_bytes()


def _type_of(key: str) -> str:
    kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
