"""Keys of what is live: topics, their numbered entries and listeners, sockets, tickets, viewing. All in the live
table: it may be lost. Same rules as `keys`."""

from chalicelib.aws.keys import HEAD, Key

__all__ = ["HEAD", "Key"]
