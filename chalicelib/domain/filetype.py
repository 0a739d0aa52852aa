"""What bytes are, by their first ones. A provider's or sender's word for it is only believed where it is harmless.

Signatures: the IANA media type registry's entries and the formats' own specifications.
"""

import re

_PLAIN = re.compile(r"[a-z]+/[a-z0-9.+-]{1,120}")

# (offset, magic, type); the first that matches wins, so longer ones stand first.
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"#!AMR", "audio/amr"),
    (4, b"ftyp3g", "video/3gpp"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"BM", "image/bmp"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\x7fELF", "application/x-executable"),
)
# Formats that are one of the containers above, and may keep the more precise name they came with.
INSIDE = {
    "application/zip": (
        "application/vnd.openxmlformats-",
        "application/vnd.oasis.",
        "application/epub+zip",
    ),
    "application/x-ole-storage": ("application/vnd.ms-", "application/msword"),
    "audio/ogg": ("audio/opus", "video/ogg", "audio/ogg"),
    "video/mp4": ("audio/mp4", "video/quicktime", "video/mp4"),
}
ACTIVE = (b"<!doctype html", b"<html", b"<svg", b"<script", b"<?xml")
UNKNOWN = "application/octet-stream"


def sniff(body: bytes, claimed: str) -> str:
    """The media type of `body`. Text keeps a harmless claim; anything a browser might run becomes plain text."""
    for offset, magic, mime in SIGNATURES:
        if body[offset : offset + len(magic)] == magic:
            precise = claimed.partition(";")[0].strip().lower()
            fits = _PLAIN.fullmatch(precise) and precise.startswith(INSIDE.get(mime, ()))
            return precise if fits else mime
    return "text/plain" if _is_text(body[:2048]) else UNKNOWN


def _is_text(start: bytes) -> bool:
    if b"\x00" in start:
        return False
    if start.lstrip().lower().startswith(ACTIVE):
        return True
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(start) - 3  # a character cut in two at the sample's end
    return True
