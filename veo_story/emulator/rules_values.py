"""What a request may ask: every rule on values and on what goes together, from the model's facts."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from veo_story.emulator.refusals import invalid, unsupported
from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from veo_story.catalog.model import Capabilities
    from veo_story.emulator.ask import Ask

_ASPECTS = ("16:9", "9:16")
_PEOPLE = ("allow_adult", "allow_all", "dont_allow")
_MOST_SEED = 2**32 - 1
_WIDE = re.compile(
    "[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\U0001f000-\U0001faff\U00020000-\U0003ffff]"
)
_NOT_SERVED = (
    "Your use case is currently not supported. Please refer to the documentation for current model offering."
)


def check_aspect(ask: Ask) -> None:
    """The one value that Vertex judges at once. Raises Refused."""
    if ask.aspect is not None and ask.aspect not in _ASPECTS:
        raise invalid(f"Aspect ratio {ask.aspect[:20]} is not supported. Supported values: 16:9, 9:16.")


def check_values(ask: Ask, model: Capabilities) -> None:
    """Hold every rule that needs no look at the media. Raises Refused (400) for the first that is broken."""
    check_aspect(ask)
    _check_resolution(ask, model)
    _check_together(ask, model)
    _check_references(ask, model)
    _check_duration(ask, model)
    _check_settings(ask, model)
    _check_prompt(ask, model)


def _check_together(ask: Ask, model: Capabilities) -> None:
    if ask.video is not None and model.chain is None:
        raise invalid("Video extension is not allowed for this model.")
    if ask.video is not None and (ask.image is not None or ask.last_frame is not None):
        raise invalid("Image and last frame cannot be set together with a video.")
    if ask.last_frame is not None and ask.image is None:
        raise invalid(
            "`lastFrame` needs `image`: a last frame is only supported together with a first frame."
        )
    if Mode(ask.mode) not in model.modes:
        raise unsupported("lastFrame" if ask.mode == "interpolate" else ask.mode)


def _check_references(ask: Ask, model: Capabilities) -> None:
    if not ask.references:
        return
    if model.references == 0:
        raise unsupported("referenceImages")
    if ask.image is not None or ask.last_frame is not None or ask.video is not None:
        raise invalid("Reference images cannot be set together with an image, a last frame or a video.")
    if len(ask.references) > model.references:
        raise invalid(f"Too many reference images: at most {model.references} asset images are supported.")
    for _, kind in ask.references:
        if kind not in ("asset", "ASSET"):
            raise invalid(
                f"Reference type {str(kind)[:40]} is not supported by this model. Supported values: asset."
            )
    if not (ask.prompt or "").strip():
        raise invalid("A prompt is required with reference images.")


def _check_resolution(ask: Ask, model: Capabilities) -> None:
    allowed = model.resolutions if ask.video is None or model.chain is None else model.extend_resolutions
    if ask.made_resolution not in model.resolutions:
        raise invalid(f"Resolution {ask.made_resolution[:20]} is not supported by this model.")
    if ask.made_resolution not in allowed:
        raise invalid(f"{ask.made_resolution} is not supported for video extension. Supported: 720p.")


def _check_duration(ask: Ask, model: Capabilities) -> None:
    if ask.duration_s is None:
        return
    if ask.video is not None and ask.platform == "gemini":
        raise invalid("`durationSeconds` isn't supported for video extension. Please remove it.")
    length = f"{ask.duration_s:g}"
    allowed = [float(s) for s in model.durations_s[Mode(ask.mode)]]
    if ask.duration_s not in allowed:
        supported = ", ".join(f"{s:g}" for s in allowed)
        raise invalid(
            f"The duration of {length} seconds is out of bound: durationSeconds must be one of {supported}."
        )
    if ask.video is None and ask.duration_s != 8:
        if ask.made_resolution in model.fixed_8s:
            raise invalid(f"{ask.made_resolution} is not supported for a duration of {length} seconds.")
        if ask.references and "references" in model.fixed_8s:
            raise invalid(f"Reference images are not supported for a duration of {length} seconds.")


def _check_settings(ask: Ask, model: Capabilities) -> None:
    if ask.samples is not None and not 1 <= ask.samples <= model.samples:
        wanted = "1" if model.samples == 1 else f"between 1 and {model.samples}"
        raise invalid(f"`sampleCount` must be {wanted}.")
    if ask.people is not None and ask.people not in _PEOPLE:
        raise invalid(f"{ask.people[:40]} for personGeneration is currently not supported.")
    if ask.negative_prompt is not None and not model.negative_prompt:
        raise unsupported("negativePrompt")
    if ask.seed is not None and not 0 <= ask.seed <= _MOST_SEED:
        raise invalid(f"`seed` must be between 0 and {_MOST_SEED}.")
    # The official SDKs write these two words in capitals.
    if ask.compression is not None and ask.compression.lower() not in ("optimized", "lossless"):
        raise invalid("`compressionQuality` must be optimized or lossless.")
    if ask.resize is not None and ask.resize.lower() not in ("pad", "crop"):
        raise invalid("`resizeMode` must be pad or crop.")
    if ask.resize is not None and ask.image is None:
        raise invalid("`resizeMode` is only supported together with `image`.")


def _check_prompt(ask: Ask, model: Capabilities) -> None:
    if not (ask.prompt or "").strip() and ask.mode == "open":
        raise invalid(f"A prompt is required. {_NOT_SERVED}")
    for name, text in (("prompt", ask.prompt), ("negativePrompt", ask.negative_prompt)):
        tokens = least_tokens(text or "")
        if tokens > model.prompt_tokens:
            raise invalid(
                f"The `{name}` is too long: {tokens} tokens, the limit is {model.prompt_tokens} tokens."
            )


def least_tokens(text: str) -> int:
    """Tokens that ``text`` takes at the very least: a word is one, six characters are one, a sign is one."""
    narrow = _WIDE.sub(" ", text)
    return len(_WIDE.findall(text)) + max(
        len(narrow.split()), math.ceil(len(narrow) / 6) if narrow.strip() else 0
    )
