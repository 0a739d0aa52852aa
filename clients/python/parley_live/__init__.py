"""A reference client of Parley's live views: it misses nothing, and knows it. See the README beside this package."""

from parley_live.client import LiveClient
from parley_live.store import Store, Thing, thread, work_of

__all__ = ["LiveClient", "Store", "Thing", "thread", "work_of"]
