"""What a scripted fault makes of a generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veo_story.emulator.fault_kinds import Fault
    from veo_story.emulator.records import Operation

AUDIO_TEXT = (
    "We encountered an issue with the audio for your prompt. You will not be charged for this attempt."
)
_GEMINI_POLICY = (
    "Sorry, we can't create videos that violate our usage guidelines. Try rephrasing the prompt. You will "
    "not be charged for this attempt. Support codes: 64151117"
)
_VERTEX_POLICY = (
    "Veo could not generate {count} videos because the prompt violates Vertex AI's usage guidelines. If you "
    "think this was an error, send feedback. Support codes: 64151117"
)
_INTERNAL = (
    "Video generation failed due to an internal server issue. Please try again in a few minutes. If the "
    "problem persists, please contact support."
)
_PROVISIONING = (
    "Service agents are being provisioned (https://cloud.google.com/vertex-ai/docs/general/access-control"
    "#service-agents). Service agents are needed to read the Cloud Storage file provided. So please try "
    "again in a few minutes."
)


def apply(fault: Fault | None, operation: Operation, now: float) -> bool:
    """Let a fault of a submit or a poll decide an operation; True when it did.

    One that strikes a poll decides at once, one that strikes a submit when the operation is due. What a
    client was told already stays as it was told; it can only expire.
    """
    if fault is None or (operation.noticed_at is not None and fault.kind != "expired"):
        return False
    match fault.kind:
        case "never_done":
            operation.fate = "never"
        case "filtered" | "filtered_audio":
            _withhold(operation, fault, operation.samples)
        case "partial_filter":
            _withhold(operation, fault, min(max(1, fault.withheld), operation.samples))
        case "operation_error":
            _break(operation, fault.code, fault.message or _INTERNAL)
        case "provisioning":
            _break(operation, 9, fault.message or _PROVISIONING)
        case "expired" if fault.on == "poll":
            operation.gone = True
        case _:
            return False
    if fault.on == "poll" and operation.fate in ("filtered", "failed"):
        operation.due_at = min(operation.due_at, now)
        operation.made_at = min(operation.made_at or now, now)
    return True


def _withhold(operation: Operation, fault: Fault, count: int) -> None:
    operation.withheld = count
    operation.fate = "filtered" if count >= operation.samples else operation.fate
    if fault.reasons:
        operation.reasons = list(fault.reasons)
    elif fault.kind == "filtered_audio":
        operation.reasons = [AUDIO_TEXT]
    else:
        text = _VERTEX_POLICY if operation.platform == "vertex" else _GEMINI_POLICY
        operation.reasons = [text.format(count=count)]


def _break(operation: Operation, code: int, message: str) -> None:
    operation.fate = "failed"
    operation.failure = [code, message]
