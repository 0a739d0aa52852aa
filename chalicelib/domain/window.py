"""A channel's messaging window: how long after the customer's last message free text may be sent."""

from datetime import datetime, timedelta

from chalicelib.domain.conversation import Leg


def window_closes_at(leg: Leg, window_seconds: int | None) -> datetime | None:
    """When free text stops being allowed on this leg; None where the channel has no window or the customer has
    never written (then `window_is_open` tells which)."""
    if window_seconds is None or leg.last_inbound_at is None:
        return None
    return leg.last_inbound_at + timedelta(seconds=window_seconds)


def window_is_open(leg: Leg, window_seconds: int | None, now: datetime) -> bool:
    """Whether the channel takes free text on this leg now."""
    if window_seconds is None:
        return True
    closes_at = window_closes_at(leg, window_seconds)
    return closes_at is not None and now < closes_at
