"""How many calls are being answered: what follows a call is queued only once its answer is out."""

from threading import Condition


class Traffic:
    """Counts calls from their arrival until everything that follows them is queued."""

    def __init__(self) -> None:
        self._calls = 0
        self._changed = Condition()

    def begin(self) -> None:
        """A call has come."""
        with self._changed:
            self._calls += 1

    def end(self) -> None:
        """Its answer is out, or the client is gone."""
        with self._changed:
            self._calls -= 1
            self._changed.notify_all()

    def wait_quiet(self, seconds: float, besides: int = 0) -> bool:
        """Wait until no more than `besides` calls are under way; False when that took too long."""
        with self._changed:
            return self._changed.wait_for(lambda: self._calls <= besides, seconds)
