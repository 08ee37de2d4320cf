"""What is wrong with a film's sound: clicks, dropouts, loudness, peaks, what is off its picture. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.quality import limits
from veo_story.quality.finding import Against, Finding, Place, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from veo_story.quality.figures import Measured, Numbers, Slip, Sound
    from veo_story.quality.planned import Part, Planned

_FRAME_MS = 1000 / 24
_NEAR_MS = (5, 18)
"""A click is compared with the milliseconds so near and so far on both sides: its own are left out."""
_CUT_MS = 8
_EXACT_MS = 2
"""So near to a cut what clicks is the cut: nothing else comes so exactly there but by a rare chance. AAC
smears a click over some milliseconds, the sharpest of which is not always the first."""
_END_MS = 40
_SECOND = 1000
_WINDOW_MS = 400


def sound_findings(measured: Measured, planned: Planned) -> Iterator[Finding]:
    """All that the sound of a film gives reason to say."""
    sound = measured.sound
    if sound is None:
        yield from _mute(planned)
        return
    yield from _clicks(sound, planned.parts)
    holes = list(_holes(sound, planned.parts))
    yield from holes
    yield from _silent(sound, planned.parts)
    yield from _level(sound, planned)
    yield from _clipped(sound, planned.parts)
    yield from offset_findings(measured.slips, planned.parts)


def _mute(planned: Planned) -> Iterator[Finding]:
    if any(part.sounds for part in planned.parts):
        yield _film_finding(
            "silent", Severity.ERROR, planned.parts, "the film has no sound", "cut the film again"
        )


def frame_at(ms: float) -> int:
    """The frame that is on the screen at a millisecond."""
    return int(ms / _FRAME_MS + 1e-6)


def _ms(frame: int) -> int:
    return round(frame * _FRAME_MS)


def _scene_at(parts: Sequence[Part], frame: int) -> str:
    return next(
        (part.scene_id for part in reversed(parts) if part.start <= frame), parts[0].scene_id if parts else ""
    )


def _clicks(sound: Sound, parts: Sequence[Part]) -> Iterator[Finding]:
    """Single sharp edges with nothing of the kind around. Elsewhere than at cuts they may be meant."""
    edge = sound.edge
    cuts = [_ms(part.start) for part in parts[1:]]
    # Where sound goes on over a seam a clock may tick on it, and does so in every chain that is long enough.
    breaks = [_ms(part.start) for part in parts[1:] if not part.continuous]
    last = -_SECOND
    for at in np.flatnonzero(edge >= limits.CLICK_EDGE):
        # Where a film begins and ends its sound may do so at once.
        if not _END_MS < at < len(edge) - _END_MS:
            continue
        if at - last < _NEAR_MS[1] or edge[at] < edge[max(at - 2, 0) : at + 3].max():
            continue
        off_cut = min((abs(int(at) - cut) for cut in cuts), default=_SECOND)
        at_cut = off_cut <= _CUT_MS
        exact = min((abs(int(at) - cut) for cut in breaks), default=_SECOND) <= _EXACT_MS
        sides = _beside(edge, int(at), exact=exact)
        share = limits.CLICK_SHARE_CUT if exact else limits.CLICK_SHARE
        if edge[at] < share * sides:
            continue
        if not exact and edge[at] < (limits.CLICK_SEAM if at_cut else limits.CLICK_USUAL) * _widely(
            edge, int(at)
        ):
            continue
        last = int(at)
        frame = frame_at(float(at))
        yield Finding(
            "click",
            Severity.ERROR if at_cut else Severity.WARNING,
            Place(_scene_at(parts, frame + at_cut), frame, frame + 1, seam=at_cut),
            "a click at the cut" if at_cut else "a click",
            "cut the film again" if at_cut else "listen whether it belongs there; else retake the scene",
            Against(float(edge[at] / max(sides, 1e-5)), share, "times what is around it"),
        )


def _beside(edge: Numbers, at: int, *, exact: bool) -> float:
    """How sharp it is right before and after a click. At a cut one or two ticks beside it count for nothing:
    what rings on or crackles has more.
    """
    near, far = _NEAR_MS
    sides = np.concatenate([edge[max(at - far, 0) : max(at - near + 1, 0)], edge[at + near : at + far + 1]])
    if not len(sides):
        return 0.0
    return float(np.percentile(sides, limits.CLICK_BESIDE)) if exact else float(sides.max())


def _widely(edge: Numbers, at: int) -> float:
    """The sharpest edge within a second of a click."""
    far = _NEAR_MS[1]
    wide = np.concatenate([edge[max(at - _SECOND, 0) : max(at - far, 0)], edge[at + far : at + _SECOND]])
    return float(wide.max()) if len(wide) else 0.0


def _db(power: float) -> float:
    return float(10 * np.log10(max(power, 1e-12)))


def _holes(sound: Sound, parts: Sequence[Part]) -> Iterator[Finding]:
    """Sound that breaks off and comes back within a scene, or where a scene goes on from the one before."""
    quiet = sound.power < 10 ** (limits.HOLE_DB / 10)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet, [0]]).astype(int))).reshape(-1, 2)
    for start, end in _bridged(edges):
        if not limits.HOLE_MS < end - start <= limits.HOLE_LONGEST_MS:
            continue
        first, last = frame_at(float(start)), frame_at(float(end)) + 1
        part = next((part for part in parts if part.start <= first and last <= part.end + 1), None)
        across = [p for p in parts[1:] if first <= p.start <= last and not p.continuous]
        # Between two places it may be silent, and cards and pictures have no sound of their own.
        if across or any(p.rests and p.start < last and first < p.end for p in parts):
            continue
        if any(p.start - p.gap < last and first < p.start for p in parts if p.gap):
            continue
        if part is not None and part.hold and last > part.end - part.hold:
            continue
        before = _loudest(sound.power, start - limits.HOLE_EDGE_MS, start)
        after = _loudest(sound.power, end, end + limits.HOLE_EDGE_MS)
        around = min(before, after)
        depth = around - _db(float(sound.power[start:end].mean()))
        if around < limits.HOLE_DB + limits.HOLE_DEPTH_DB / 2 or depth < limits.HOLE_DEPTH_DB:
            continue
        seam = any(first <= p.start <= last for p in parts[1:])
        yield Finding(
            "dropout",
            Severity.ERROR,
            Place(_scene_at(parts, first), first, last, seam=seam),
            f"the sound is gone for {end - start} ms" + (" at the seam" if seam else ""),
            "cut the film again; if it stays, retake the scene",
            Against(float(end - start), float(limits.HOLE_MS), "ms of silence"),
        )


def _bridged(edges: Numbers | np.ndarray) -> Iterator[tuple[int, int]]:
    """Silences with less than two milliseconds between them taken as one."""
    held: tuple[int, int] | None = None
    for start, end in edges:
        if held is not None and start - held[1] <= 2:
            held = held[0], int(end)
            continue
        if held is not None:
            yield held
        held = int(start), int(end)
    if held is not None:
        yield held


def _loudest(power: Numbers, start: int, end: int) -> float:
    piece = power[max(start, 0) : max(end, 0)]
    return _db(float(piece.max())) if len(piece) else -120.0


def _silent(sound: Sound, parts: Sequence[Part]) -> Iterator[Finding]:
    for part in parts:
        if part.rests or part.sounds is False:
            continue
        inside = sound.power[_ms(part.start) : _ms(part.end - part.hold)]
        if len(inside) < _WINDOW_MS or part.sounds is None:
            continue
        whole = len(inside) // 100 * 100
        loudest = _db(float(inside[:whole].reshape(-1, 100).mean(axis=1).max()))
        if loudest < limits.SILENT_DB:
            yield Finding(
                "silent",
                Severity.ERROR,
                Place(part.scene_id, part.start, part.end),
                "the scene has no sound, and its model makes some",
                "look at its take: retake the scene, or say audio: false",
                Against(loudest, limits.SILENT_DB, "dBFS"),
            )


def _level(sound: Sound, planned: Planned) -> Iterator[Finding]:
    target, heard, peak = planned.loudness_lufs, sound.loudness_lufs, sound.true_peak_dbtp
    if target is not None and heard is not None:
        off = heard - target
        # A tenth is lost in rounding to what is shown.
        if abs(off) > limits.LOUDNESS_LU + 0.05:
            yield _film_finding(
                "loudness",
                Severity.ERROR if abs(off) > limits.LOUDNESS_WRONG_LU else Severity.WARNING,
                planned.parts,
                f"the film is {abs(off):.1f} LU too {'loud' if off > 0 else 'quiet'} ({heard:.1f} LUFS)",
                "cut the film again; if it stays quiet, its peaks leave no room: lower what is loudest",
                Against(abs(off), limits.LOUDNESS_LU, "LU off the target"),
            )
    if peak is not None and peak > limits.PEAK_DBTP + limits.PEAK_ROOM_DB:
        yield _film_finding(
            "peak",
            # What was left as it came was not promised to keep below.
            Severity.WARNING if target is not None or peak > 0 else Severity.NOTE,
            planned.parts,
            f"true peaks reach {peak:+.1f} dBTP",
            "give the film a sound: block (loudness_lufs), and cut it again",
            Against(peak, limits.PEAK_DBTP, "dBTP"),
        )


def _clipped(sound: Sound, parts: Sequence[Part]) -> Iterator[Finding]:
    hit = np.flatnonzero(sound.over)
    if int(sound.over.sum()) < limits.CLIPPED_SAMPLES:
        return
    frame = frame_at(float(hit[0]))
    yield Finding(
        "clipping",
        Severity.WARNING,
        Place(_scene_at(parts, frame), frame, frame_at(float(hit[-1])) + 1),
        f"the sound is clipped: {int(sound.over.sum())} samples at full scale",
        "lower the scene's gain_db and cut the film again; if its take is clipped, retake it",
        Against(float(sound.over.sum()), float(limits.CLIPPED_SAMPLES), "samples"),
    )


def offset_findings(slips: Sequence[Slip], parts: Sequence[Part]) -> Iterator[Finding]:
    """Scenes whose sound is early or late; one finding where the whole film is off alike."""
    late = [(slip, slip.samples / 48) for slip in slips]
    off = [(slip, ms) for slip, ms in late if abs(ms) > limits.OFFSET_MS]
    by_scene = {part.scene_id: part for part in parts}
    if len(off) == len(late) and len({round(ms / limits.OFFSET_MS) for _, ms in off}) == 1 and len(off) > 1:
        ms = float(np.median([value for _, value in off]))
        yield _film_finding("offset", Severity.ERROR, parts, _late(ms), "cut the film again", _against(ms))
        return
    for slip, ms in off:
        part = by_scene[slip.scene_id]
        place = Place(slip.scene_id, part.start, part.end)
        yield Finding("offset", Severity.ERROR, place, _late(ms), "cut the film again", _against(ms))


def _late(ms: float) -> str:
    return f"the sound is {abs(ms):.0f} ms {'late' if ms > 0 else 'early'} against the picture"


def _against(ms: float) -> Against:
    return Against(abs(ms), limits.OFFSET_MS, "ms")


def _film_finding(
    code: str,
    severity: Severity,
    parts: Sequence[Part],
    message: str,
    fix: str,
    against: Against | None = None,
) -> Finding:
    place = Place("", 0, parts[-1].end if parts else 0)
    return Finding(code, severity, place, message, fix, against)
