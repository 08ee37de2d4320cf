"""The environment of the programs that we start: the user's own, without the keys to anything."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Renderers and ffmpeg call nobody. What they cannot read they cannot show: to `ps e`, in a dump of their
# memory, or to a program that somebody put in ffmpeg's place.
_WITHHELD = re.compile(
    r"(?i)^(google|gemini|vertex|cloudsdk|gcloud|gce)_|_proxy$"
    r"|key|token|secret|passw|credential|_auth(_|$)"
)


def environ_of_child(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a program started by us inherits of ``environ`` (default: all that this process has).

    Variables of Google's services, proxies, and names that speak of keys, tokens, secrets, passwords or
    credentials are left out.
    """
    # Not a setting that is read here, but what every program hands on to those it starts.
    inherited = os.environ if environ is None else environ
    return {name: value for name, value in inherited.items() if not _WITHHELD.search(name)}
