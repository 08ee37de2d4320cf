"""``--log-level``: what goes over the wire, for those who ask. Nobody else's logger is switched on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LEVELS = ("debug", "info", "warning")
LOGGER = "veo_story.http"


@contextmanager
def logged(level: str | None, say: Callable[[str], None]) -> Iterator[None]:
    """Hand the lines of our HTTP layer to ``say`` while the context lasts; None: none of them."""
    if level is None:
        yield
        return
    import logging

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            say(self.format(record))

    handler = Lines()
    form = logging.Formatter("%(asctime)s.%(msecs)03d %(levelname)s %(name)s: %(message)s", "%H:%M:%S")
    handler.setFormatter(form)
    logger = logging.getLogger(LOGGER)
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(level.upper())
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before[0])
        logger.propagate = before[1]
