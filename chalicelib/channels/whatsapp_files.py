"""Files that WhatsApp takes, in messages of their own and in templates."""

from collections.abc import Mapping

from chalicelib.channels.base import CannotSay, OutgoingAttachment

MEGABYTE = 1024 * 1024
MAX_BYTES: Mapping[str, int] = {
    "image": 5 * MEGABYTE,
    "audio": 16 * MEGABYTE,
    "video": 16 * MEGABYTE,
    "document": 100 * MEGABYTE,
    "sticker": 500 * 1024,  # animated; a still one only 100 KB
}
# "Supported media types": what is not here can go as a document.
MIMES: Mapping[str, frozenset[str]] = {
    "image": frozenset({"image/jpeg", "image/png"}),
    "audio": frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
    "video": frozenset({"video/mp4", "video/3gpp"}),
    "sticker": frozenset({"image/webp"}),
}


def check_file(kind: str, file: OutgoingAttachment, where: str) -> None:
    """Raises CannotSay."""
    mime = file.mime.partition(";")[0].strip().lower()
    if kind in MIMES and mime not in MIMES[kind]:
        raise CannotSay(f"WhatsApp shows no {kind} of type {mime}. Send it as a document.", field=f"{where}.mime")
    limit = MAX_BYTES[kind]
    if file.size_bytes is not None and file.size_bytes > limit:
        instead = "Make it smaller." if kind == "document" else "Make it smaller, or send it as a document."
        shown = f"{limit // MEGABYTE} MB" if limit >= MEGABYTE else f"{limit // 1024} KB"
        raise CannotSay(f"The file is too large: WhatsApp takes {shown} of {kind}. {instead}", field=where)
