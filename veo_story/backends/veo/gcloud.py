"""What the gcloud command left on this machine: a login, and the project it works in."""

from __future__ import annotations

import re
from configparser import ConfigParser
from configparser import Error as ConfigFileError
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def login_file(environ: Mapping[str, str]) -> Path | None:
    """Where ``gcloud auth application-default login`` writes to; None when nothing says where home is."""
    folder = _folder(environ)
    return folder / "application_default_credentials.json" if folder else None


def project(environ: Mapping[str, str]) -> str | None:
    """The project of gcloud's active configuration, or None."""
    folder = _folder(environ)
    if folder is None:
        return None
    parser = ConfigParser(interpolation=None)
    try:
        name = environ.get("CLOUDSDK_ACTIVE_CONFIG_NAME", "").strip() or _active(folder)
        if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
            return None
        parser.read_string((folder / "configurations" / f"config_{name}").read_text("utf-8"))
    except (OSError, ValueError, ConfigFileError):
        return None
    return parser.get("core", "project", fallback="").strip() or None


def _active(folder: Path) -> str:
    try:
        return (folder / "active_config").read_text("utf-8").strip()
    except OSError:
        return "default"


def _folder(environ: Mapping[str, str]) -> Path | None:
    if named := environ.get("CLOUDSDK_CONFIG", ""):
        return Path(named)
    if roaming := environ.get("APPDATA", ""):
        return Path(roaming) / "gcloud"
    if home := environ.get("HOME", ""):
        return Path(home) / ".config" / "gcloud"
    return None
