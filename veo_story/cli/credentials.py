"""What the environment says about the paid services: names and places, never a secret. Nothing is sent."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from veo_story.cli.finding import Finding
from veo_story.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from veo_story.backends.veo.endpoints import Endpoint

KEY_FILE = "GOOGLE_APPLICATION_CREDENTIALS"
PROJECT = "GOOGLE_CLOUD_PROJECT"
LOCATION = "GOOGLE_CLOUD_LOCATION"


def credentials(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Which credentials there are, and which of them count."""
    yield _gemini(environ)
    yield _vertex(environ)


def _gemini(environ: Mapping[str, str]) -> Finding:
    from veo_story.backends.veo.keys import VARIABLES, api_key

    named = [name for name in VARIABLES if environ.get(name, "").strip()]
    if not named:
        return Finding("credentials", "ok", "gemini: no key set (local needs none)")
    try:
        api_key(environ, lambda _text: None)
    except ConfigError as error:
        return Finding("credentials", "fail", f"gemini: {error.message}", error.hint)
    if len(named) > 1:
        text = f"gemini: {' and '.join(named)} are both set: {named[0]} is used"
        return Finding("credentials", "warn", text, f"unset the one you do not mean; {named[0]} wins")
    return Finding("credentials", "ok", f"gemini: {named[0]} set")


def _vertex(environ: Mapping[str, str]) -> Finding:
    """As the backend chooses: a key alone is express mode, everything else needs a login."""
    from veo_story.backends.veo.keys import VARIABLES

    named, project, location = (environ.get(name, "").strip() for name in (KEY_FILE, PROJECT, LOCATION))
    keys = [name for name in VARIABLES if environ.get(name, "").strip()]
    if keys and not project and not named:
        text = f"vertex: {keys[0]} set, and no project: express mode"
        return Finding("credentials", "ok", text)
    found = _login(environ)
    if found is not None and found.state == "fail":
        return found
    place = f"{PROJECT} {project or 'not set: the login names it'}, "
    place += f"{LOCATION} {location or 'not set: us-central1'}"
    if found is not None:
        return Finding("credentials", "ok", f"vertex: {found.text}; {place}")
    if project:
        text = f"vertex: {place}; no login found on this disk"
        return Finding("credentials", "warn", text, "gcloud auth application-default login")
    return Finding("credentials", "ok", "vertex: none set (local needs none)")


def _login(environ: Mapping[str, str]) -> Finding | None:
    """The file that a login for Vertex AI would be read from; None when there is none."""
    from veo_story.backends.veo.gcloud import login_file

    if named := environ.get(KEY_FILE, "").strip():
        fix = f"set {KEY_FILE} to a service account's key file, or unset it"
        wrong = _unreadable(Path(named))
        if wrong is not None:
            return Finding("credentials", "fail", f"vertex: {KEY_FILE}: {named}: {wrong}", fix)
        return Finding("credentials", "ok", f"{KEY_FILE} {named}")
    login = login_file(environ)
    if login is None or not login.is_file():
        return None
    return Finding("credentials", "ok", f"gcloud's login {login}")


def _unreadable(path: Path) -> str | None:
    """Why a file of credentials cannot be one; its contents are not shown."""
    try:
        read = json.loads(path.read_bytes())
    except OSError as error:
        return os.strerror(error.errno) if error.errno else str(error)
    except (ValueError, RecursionError):
        return "it is no JSON"
    return None if isinstance(read, dict) and "type" in read else "it holds no credentials"


def endpoints(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Addresses that are not Google's own, and those that may not be used."""
    from veo_story.backends.veo import endpoints as known

    location = environ.get(LOCATION, "").strip() or "us-central1"
    openers: Mapping[str, Callable[[], Endpoint]] = {
        known.GEMINI_VARIABLE: lambda: known.gemini_endpoint(environ),
        known.VERTEX_VARIABLE: lambda: known.vertex_endpoint(environ, location),
        known.STORAGE_VARIABLE: lambda: known.storage_endpoint(environ),
    }
    changed = 0
    for variable, open_endpoint in openers.items():
        try:
            endpoint = open_endpoint()
        except ConfigError as error:
            changed += 1
            yield Finding("endpoints", "fail", error.message, error.hint)
            continue
        if not endpoint.is_default:
            changed += 1
            scheme, host, port = endpoint.origin
            yield Finding("endpoints", "ok", f"{variable}: requests go to {scheme}://{host}:{port}")
    if not changed:
        yield Finding("endpoints", "ok", "Google's own")
