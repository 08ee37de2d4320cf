"""An error of a service as one of ours, with what it means for the request and what to do next.

Two kinds: an HTTP answer that is an error (:func:`refusal`), and an operation that ended with one
(:func:`operation_error`). Neither function ever raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from veo_story.backends.veo.wire.envelope import read_error, read_status
from veo_story.backends.veo.wire.known import find_known
from veo_story.backends.veo.wire.model import Broken, Refusal
from veo_story.backends.veo.wire.texts import fit_to_show
from veo_story.errors import ConfigError, ExpiredError, FilteredError, GenerationError, QuotaError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.backends.veo.wire.envelope import Told
    from veo_story.backends.veo.wire.known import Kind, Known
    from veo_story.backends.veo.wire.model import Platform
    from veo_story.errors import VeoStoryError

Service = Literal["gemini", "vertex", "gcs"]

_NAMES: dict[str, str] = {"gemini": "the Gemini API", "vertex": "Vertex AI", "gcs": "Cloud Storage"}
_NAMED = 100
_KINDS: dict[Kind, type[VeoStoryError]] = {
    "config": ConfigError,
    "request": GenerationError,
    "filtered": FilteredError,
    "expired": ExpiredError,
    "again": GenerationError,
}
_NOT_ACCEPTED_SERVER_ERROR = 503
_TOO_LARGE = 413
_QUOTA = 429

_SIGN_IN = "sign in (`gcloud auth application-default login`) or check GOOGLE_APPLICATION_CREDENTIALS"
_CREDENTIALS: dict[str, str] = {
    "gemini": "check GEMINI_API_KEY or GOOGLE_API_KEY: it may be mistyped, restricted or of another project",
    "vertex": _SIGN_IN,
    "gcs": _SIGN_IN,
}
_PERMISSION: dict[str, str] = {
    "gemini": "the key's project must have the Gemini API switched on and billing enabled",
    "vertex": "give the account the role Vertex AI User (roles/aiplatform.user) in GOOGLE_CLOUD_PROJECT",
    "gcs": "give the account the role Storage Object User (roles/storage.objectUser) for the bucket",
}
_QUOTA_HINT = (
    "wait some minutes, then render again: what is finished is kept. A prepaid balance that is empty answers "
    "the same and never clears by waiting: look at the billing page of your account"
)
_OUTCOME_HINT = "the service had trouble of its own: render again in some minutes"


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who answered what, to which kind of request: ``model`` is set for a submit."""

    status: int
    service: str
    told: Told
    model: str | None

    @property
    def says(self) -> str:
        """``"Vertex AI refused the request (404): words of the service"``."""
        return _with_words(f"{_NAMES[self.service]} refused the request ({self.status})", self.told)


def refusal(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    platform: Platform | Literal["gcs"],
    *,
    model: str | None = None,
) -> Refusal:
    """What an error answer means. ``model`` names the model of a submit, None for all other requests."""
    told = read_error(headers, body)
    asked = _Asked(status, platform, told, None if model is None else fit_to_show(model, _NAMED))
    if status == _QUOTA:
        error = _quota(told, f"{_NAMES[platform]} has had enough requests for now")
        return Refusal(error, accepted=False, retry=True, retry_after_s=told.retry_after_s)
    if status >= 500:
        return _trouble(asked)
    known = find_known(told)
    if known is not None:
        return _known(known, told, f"{known.message} ({_NAMES[platform]}, {status})")
    if 400 <= status < 500 and status != 408:
        return Refusal(_mistake(asked), accepted=False, retry_after_s=told.retry_after_s)
    # A time-out on the way, a redirect without a target, a status nobody documents: it may have been taken.
    return Refusal(GenerationError(asked.says, hint=_OUTCOME_HINT), None, False, told.retry_after_s)


def operation_error(error: Mapping[str, Any]) -> Broken:
    """What the ``error`` of an operation means: a google.rpc.Status, mostly without its name."""
    told = read_status(error)
    known = find_known(told)
    if known is not None:
        again_s = (told.retry_after_s or known.again_after_s) if known.kind == "again" else None
        return Broken(_error_of(known, told, known.message), again_s)
    meaning = _RPC.get(told.code or 0, _UNKNOWN_RPC)
    code = "" if told.code is None else f" (code {told.code})"
    return Broken(
        meaning.error(_with_words(f"{meaning.message}{code}", told), hint=meaning.hint), told.retry_after_s
    )


@dataclass(frozen=True, slots=True)
class _Meaning:
    error: type[VeoStoryError]
    message: str
    hint: str


_TRY_AGAIN = "render again: a generation that fails is reported as not charged"
_UNKNOWN_RPC = _Meaning(GenerationError, "the generation failed", _TRY_AGAIN)
_INVALID = _Meaning(
    GenerationError,
    "the service does not take the request",
    "change what it names in the scene, then render again",
)
_RPC = {
    3: _INVALID,
    4: _Meaning(GenerationError, "the generation took too long", _TRY_AGAIN),
    5: _Meaning(
        ExpiredError, "the service does not find what the request names", "render the scene before it again"
    ),
    7: _Meaning(
        ConfigError,
        "the service may not read or write what the request names",
        "give the account, and the project's Vertex AI service agent, access to the bucket",
    ),
    8: _Meaning(QuotaError, "the service has no capacity left for the request", _QUOTA_HINT),
    9: _Meaning(GenerationError, "something the request needs is not ready", _TRY_AGAIN),
    11: _INVALID,
    13: _Meaning(GenerationError, "the generation failed inside the service", _TRY_AGAIN),
    14: _Meaning(GenerationError, "the service was not available", _TRY_AGAIN),
    16: _Meaning(ConfigError, "the credentials ran out or are not accepted", _SIGN_IN),
}


def _known(known: Known, told: Told, message: str) -> Refusal:
    again = known.kind == "again"
    again_s = told.retry_after_s or known.again_after_s
    return Refusal(_error_of(known, told, message), False, again, again_s if again else None)


def _error_of(known: Known, told: Told, message: str) -> VeoStoryError:
    return _KINDS[known.kind](_with_words(message, told), hint=known.hint)


def _quota(told: Told, message: str) -> QuotaError:
    wait = "" if told.retry_after_s is None else f" (it asks to wait {told.retry_after_s:.0f} s)"
    return QuotaError(_with_words(f"{message}{wait}", told), hint=_QUOTA_HINT)


def _trouble(asked: _Asked) -> Refusal:
    message = _with_words(f"{_NAMES[asked.service]} has trouble ({asked.status})", asked.told)
    error = GenerationError(message, hint=_OUTCOME_HINT)
    if asked.status == _NOT_ACCEPTED_SERVER_ERROR:
        return Refusal(error, accepted=False, retry=True, retry_after_s=asked.told.retry_after_s)
    return Refusal(error, accepted=None, retry_after_s=asked.told.retry_after_s)


def _mistake(asked: _Asked) -> VeoStoryError:
    if asked.status == 401:
        return ConfigError(asked.says, hint=_CREDENTIALS[asked.service])
    if asked.status == 403:
        return ConfigError(asked.says, hint=_PERMISSION[asked.service])
    if asked.status == 404:
        return _not_found(asked)
    if asked.status == _TOO_LARGE:
        return GenerationError(
            asked.says, hint="send less: smaller pictures, or on Vertex AI --gcs gs://BUCKET"
        )
    return GenerationError(
        asked.says, hint="change what it names in the scene; nothing was made and nothing is charged"
    )


def _not_found(asked: _Asked) -> VeoStoryError:
    if asked.told.is_page:
        return ConfigError(asked.says, hint="something else answers there: check the base URL and the proxy")
    if asked.model is None:
        return ExpiredError(
            _with_words(f"{_NAMES[asked.service]} no longer has what was asked for", asked.told),
            hint="operations and clips are kept for some days only: render the scene again",
        )
    return ConfigError(
        _with_words(
            f"the model {asked.model} was retired or is not found at {_NAMES[asked.service]}", asked.told
        ),
        hint=_OTHER_MODEL[asked.service],
    )


_OTHER_MODEL: dict[str, str] = {
    "gemini": "the Gemini API has given up Veo: use Vertex AI (`--backend vertex`), or name another model",
    "vertex": "name another model (`render: {model: ...}`) or another location (GOOGLE_CLOUD_LOCATION)",
    "gcs": "check the bucket's name",
}


def _with_words(message: str, told: Told) -> str:
    return f"{message}: {told.message}" if told.message else message
