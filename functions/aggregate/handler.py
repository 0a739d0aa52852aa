"""Every five minutes, and whenever a record asks: what was measured is counted. Records that come together ask once."""

from typing import Any

from chalicelib.observability import gauge, logger
from chalicelib.services.numbers_gauges import gauges
from chalicelib.wiring.aggregate import aggregation
from chalicelib.wiring.records import failures
from chalicelib.wiring.shared import now


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    done = aggregation().run(now())
    if done is None:  # another run is at it, and the next one comes soon
        return failures([])
    logger().info("counted", extra={"hours": done.hours, "settled": done.settled})
    if done.newest is not None:
        for each in gauges(done.newest[1]):
            gauge(each.name, each.unit, each.value, channel=each.channel)
    return failures([])
