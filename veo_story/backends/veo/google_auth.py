"""Google credentials: found where Google's own tools leave them, and fresh in long runs, too.

Looked for in the usual order: the file that ``GOOGLE_APPLICATION_CREDENTIALS`` names (a service account's
key, a person's login, an impersonated service account, a workload identity of another cloud), then the login
of ``gcloud auth application-default login``, then the machine's own account on Google's machines.

google-auth does the talking; its own search is not used because it reads the process's environment, and needs
one more HTTP library for Google's machines.
"""

from __future__ import annotations

import asyncio
import json
import warnings
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import google.auth
from google.auth import exceptions
from google.auth.credentials import with_scopes_if_required

from veo_story.backends.veo import gcloud, logs
from veo_story.backends.veo.google_transport import METADATA_HOST, HttpxRequest, MachineCredentials
from veo_story.backends.veo.retry import CHANCE, Again, Policy, repeat
from veo_story.errors import ConfigError
from veo_story.times import REAL_TIME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from google.auth import transport

    from veo_story.times import Time

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
FILE_VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"

_GOOGLE: Any = google.auth  # its functions have no types
_SCOPED: Any = with_scopes_if_required
_TYPES = (
    "service_account",
    "authorized_user",
    "impersonated_service_account",
    "external_account",
    "external_account_authorized_user",
)
_SECRETS = ("private_key", "refresh_token", "client_secret")
_TRYING = Policy(tries=5, patience_s=60, first_s=1, longest_s=15)
_SIGN_IN = "Run 'gcloud auth application-default login' again, or look at the account's key file."
_WAIT = "Look at the network and the proxy, or wait some minutes: then render again."
_MARGIN_S = 300.0
"""A token is renewed so long before its end: no request with it is under way then."""


def _wall_s() -> float:
    return REAL_TIME.now().timestamp()


class GoogleCredentials:
    """Tokens for requests, renewed in time. ``project`` is the one that the credentials belong to, if any.

    ``request`` sends google-auth's own requests; waits between tries go by ``time``. Tokens end by ``clock``
    (seconds), which goes on while the machine sleeps, and at the pace of whoever gave them: real in a
    rehearsal, too, where the emulator says how many real seconds a token has. No repr shows a token.
    """

    def __init__(
        self,
        credentials: Any,
        project: str | None,
        time: Time,
        *,
        request: transport.Request,
        secrets: tuple[str, ...] = (),
        jitter: Callable[[], float] = CHANCE,
        clock: Callable[[], float] = _wall_s,
    ) -> None:
        self.project = project
        self._clock = clock
        self._credentials = credentials
        self._time = time
        self._request = request
        self._secrets = secrets
        self._jitter = jitter
        self._lock = asyncio.Lock()
        self._fresh_until_s: float | None = None

    async def authorise(self) -> Mapping[str, str]:
        """The headers of the next request. Raises ConfigError when Google gives no token."""
        async with self._lock:
            if self._fresh_until_s is None or self._clock() >= self._fresh_until_s:
                await repeat(self._refresh, _TRYING, self._time, self._jitter, logs.say)
            return self._headers()

    async def renew(self, sent: Mapping[str, str]) -> None:
        """The headers ``sent`` were answered with 401: the next ones have another token."""
        async with self._lock:
            # Many requests can be answered so at once; only the first finds its token still in use.
            if self._fresh_until_s is not None and dict(sent) == self._headers():
                self._fresh_until_s = None

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        self._credentials.apply(headers)
        return headers

    async def _refresh(self, _number: int) -> None:
        try:
            await asyncio.to_thread(self._credentials.refresh, self._request)
        except exceptions.GoogleAuthError as error:
            reason = str(error.args[0]) if error.args else ""
            if isinstance(error, exceptions.TransportError) or error.retryable:
                raise Again(self._no_token(reason, _WAIT), "no token from Google") from None
            raise self._no_token(reason) from None
        except (ValueError, TypeError, KeyError, AttributeError):  # google-auth trusts the answer's form
            raise Again(self._no_token("the answer is no token", _WAIT), "no token from Google") from None
        self._fresh_until_s = self._clock() + self._lifetime_s()

    def _lifetime_s(self) -> float:
        """How long the token may be used; google-auth reckons with the machine's own time."""
        expiry = self._credentials.expiry
        if expiry is None:
            return float("inf")
        aware = expiry if expiry.tzinfo else expiry.replace(tzinfo=UTC)
        lifetime_s = (aware - REAL_TIME.now()).total_seconds()
        return float(lifetime_s - min(_MARGIN_S, lifetime_s / 2))

    def _no_token(self, reason: str, hint: str = _SIGN_IN) -> ConfigError:
        shown = logs.without_secrets(logs.scrub(reason, self._secrets))[:300]
        return ConfigError(
            f"Google gives no token for these credentials: {shown or 'no reason given'}.",
            hint=hint,
        )


def google_credentials(
    environ: Mapping[str, str],
    time: Time,
    *,
    request: transport.Request | None = None,
    clock: Callable[[], float] = _wall_s,
) -> GoogleCredentials:
    """The credentials of this environment. May ask Google's machines for theirs, for up to 3 s.

    ``environ`` may name, as for Google's own libraries: ``GOOGLE_APPLICATION_CREDENTIALS``,
    ``CLOUDSDK_CONFIG``, ``GOOGLE_CLOUD_QUOTA_PROJECT``, ``GCE_METADATA_HOST`` and ``NO_GCE_CHECK``. Raises
    ConfigError when there are none or when they cannot be used.
    """
    host = environ.get("GCE_METADATA_HOST", "").strip() or METADATA_HOST
    asking = request or HttpxRequest(host)
    make = partial(GoogleCredentials, time=time, request=asking, clock=clock)
    if named := environ.get(FILE_VARIABLE, "").strip():
        credentials, project, secrets = _from_file(Path(named), environ, asking, f"{FILE_VARIABLE} names")
        return make(credentials, project, secrets=secrets)
    login = gcloud.login_file(environ)
    if login is not None and login.is_file():
        credentials, project, secrets = _from_file(login, environ, asking, "gcloud left")
        return make(credentials, project or gcloud.project(environ), secrets=secrets)
    if environ.get("NO_GCE_CHECK", "").strip().lower() not in ("true", "1"):
        machine = MachineCredentials(host)
        if project := machine.project(asking):
            return make(machine, project)
    raise ConfigError(
        "There are no Google credentials here.",
        hint="Run 'gcloud auth application-default login'; or set GOOGLE_APPLICATION_CREDENTIALS to a "
        "service account's key file; or set GOOGLE_API_KEY for express mode, without a project.",
    )


def _from_file(
    path: Path, environ: Mapping[str, str], request: transport.Request, whose: str
) -> tuple[Any, str | None, tuple[str, ...]]:
    """Credentials, their project, and the secrets that no error may show."""
    info = _read(path, whose)
    quota = environ.get("GOOGLE_CLOUD_QUOTA_PROJECT", "").strip() or None
    try:
        # google-auth warns of files from strangers and of logins without a quota project: both are the
        # person's own choice here, and the service says it when it minds.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            credentials, project = _GOOGLE.load_credentials_from_dict(
                info, quota_project_id=quota, request=request
            )
        # Only now: a person's login has the scopes that it was given, and refuses others.
        scoped = _SCOPED(credentials, [SCOPE])
    except (exceptions.GoogleAuthError, ValueError, TypeError, KeyError, AttributeError) as error:
        reason = str(error.args[0]) if error.args and isinstance(error, exceptions.GoogleAuthError) else ""
        raise _unusable(
            whose, path, logs.scrub(reason, _secrets_in(info))[:200] or "a part is wrong"
        ) from None
    return scoped, project, _secrets_in(info)


def _read(path: Path, whose: str) -> dict[str, Any]:
    try:
        info = json.loads(path.read_bytes())
    except OSError as error:
        raise _unusable(whose, path, error.strerror or "it cannot be read") from None
    except (ValueError, RecursionError):
        raise _unusable(whose, path, "it is no JSON") from None
    if not isinstance(info, dict) or info.get("type") not in _TYPES:
        raise _unusable(whose, path, f"its type is none of {', '.join(_TYPES)}")
    return info


def _secrets_in(info: Mapping[str, Any]) -> tuple[str, ...]:
    # An impersonated account's file has a whole other one inside.
    inner = info.get("source_credentials")
    found = [value for name in _SECRETS if isinstance(value := info.get(name), str) and len(value) >= 8]
    return (*found, *(_secrets_in(inner) if isinstance(inner, dict) else ()))


def _unusable(whose: str, path: Path, reason: str) -> ConfigError:
    return ConfigError(
        f"The credentials file that {whose} cannot be used: {path}: {reason}.",
        hint="Set GOOGLE_APPLICATION_CREDENTIALS to a service account's key file, or unset it and run "
        "'gcloud auth application-default login'.",
    )
