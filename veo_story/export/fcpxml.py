"""The timeline as Final Cut Pro XML, through OpenTimelineIO's adapter.

The adapter knows neither transitions nor frozen frames, asks a program named ffprobe for formats, and fails
at names and URLs with a quotation mark: it gets plain names, and what it cannot write is put in afterwards.
Wipes are dissolves here (Final Cut names a wipe by an id of its own), a fade is a dissolve from or to a piece
of black, a frozen frame is a time map. Effects, overlays, gains, fades of sound and our metadata are lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import opentimelineio as otio

from veo_story.export.counted import range_of
from veo_story.export.hand_over import name_of, plain, url_of
from veo_story.export.layout import footage_of, lane_of
from veo_story.export.sounds import tracks_of
from veo_story.export.spine import spine_of
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.export.hand_over import HandOver
    from veo_story.export.spine import Crossing, Spine

_FORMATS = {(1280, 720): "FFVideoFormat720p24", (1920, 1080): "FFVideoFormat1080p24"}
_DOCTYPE = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n'


@dataclass
class _Names:
    """Plain names for the adapter, and what they stand for."""

    files: dict[Path, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def media(self, file: Path, frames: int) -> Any:
        """A media reference to a file."""
        token = self.files.setdefault(file, f"media-{len(self.files) + 1}")
        return otio.schema.ExternalReference(token, range_of(0, frames))

    def name(self, wanted: str) -> str:
        """A name for a clip."""
        token = f"clip-{len(self.names) + 1}"
        self.names[token] = wanted
        return token


def write_fcpxml(given: HandOver, beside: Path) -> bytes:
    """The file's bytes, the same for the same film. Media have absolute URLs: Final Cut wants them."""
    del beside
    names, spine = _Names(), spine_of(lane_of(given.edit))
    timeline = otio.schema.Timeline("film")
    timeline.tracks.append(_picture(given, spine, names))
    for _name, heard in tracks_of(given):
        track = otio.schema.Track(kind=otio.schema.TrackKind.Audio)
        end = 0
        for one in heard:
            if one.at > end:
                track.append(otio.schema.Gap(source_range=range_of(0, one.at - end)))
            media = names.media(one.file, one.length)
            track.append(otio.schema.Clip(names.name(one.name), media, range_of(one.start, one.frames)))
            end = one.end
        timeline.tracks.append(track)
    root = ElementTree.fromstring(otio.adapters.write_to_string(timeline, "fcpx_xml"))  # noqa: S314 - our own text
    _finish(root, given, names, spine)
    ElementTree.indent(root, "  ")
    return (_DOCTYPE + ElementTree.tostring(root, "unicode")).encode() + b"\n"


def lost_in_fcpxml(given: HandOver) -> tuple[str, ...]:
    """What of this film the file does not hold."""
    edit, lost = given.edit, ["gains, fades and loudness of the sound"]
    if any(cut.join.kind == "wipe" for cut in edit.cuts):
        lost.append("wipes (they are dissolves there)")
    if any(cut.finishing is not None for cut in edit.cuts):
        lost.append("effects and overlays")
    return tuple(lost)


def _seconds(frames: int) -> str:
    """A length as the format writes it."""
    whole = Fraction(frames, FPS)
    return f"{whole.numerator}s" if whole.denominator == 1 else f"{whole.numerator}/{whole.denominator}s"


def _picture(given: HandOver, spine: Spine, names: _Names) -> Any:
    track = otio.schema.Track(kind=otio.schema.TrackKind.Video)
    for piece in spine.pieces:
        cut = piece.cut
        if cut is None:
            track.append(otio.schema.Gap(source_range=range_of(0, piece.frames)))
            continue
        clip, first = footage_of(cut)
        length = given.length_of(clip, first + (cut.out_frame - cut.in_frame if first else cut.frames))
        shown = range_of(piece.start, piece.frames)
        track.append(otio.schema.Clip(names.name(name_of(cut)), names.media(clip, length), shown))
        scene = given.scene(cut.scene_id)
        if scene is not None and scene.notes and not piece.held:
            marker = otio.schema.Marker(plain(scene.notes), range_of(piece.start, 1), "PURPLE")
            track[-1].markers.append(marker)
    return track


def _finish(root: ElementTree.Element, given: HandOver, names: _Names, spine: Spine) -> None:
    """Give everything its own name, and put in what the adapter cannot write."""
    for element in root.iter():
        if element.get("name") in names.names:
            element.set("name", names.names[element.attrib["name"]])
    _resources(root, given, names)
    listed: set[str] = set()
    for clip in root.findall("asset-clip"):  # the adapter lists a file once a clip
        if clip.attrib["ref"] in listed:
            root.remove(clip)
        listed.add(clip.attrib["ref"])
    project = root.find("project")
    assert project is not None
    project.set("name", plain(given.edit.title))
    project.attrib.pop("uid", None)
    found = project.find("sequence/spine")
    assert found is not None
    elements = list(found)
    for piece, element in zip(spine.pieces, elements, strict=True):
        if piece.held:
            element.insert(0, _frozen(piece.start, piece.frames))
    for crossing in reversed(spine.crossings):
        found.insert(crossing.left + 1, _transition(crossing))


def _resources(root: ElementTree.Element, given: HandOver, names: _Names) -> None:
    urls = {token: url_of(file, None) for file, token in names.files.items()}
    for asset in root.iterfind("resources/asset"):
        asset.set("src", urls[asset.attrib["src"]])
        if asset.get("hasAudio") == "1":
            asset.attrib.update(audioSources="1", audioChannels="2", audioRate="48000")
    for shape in root.iterfind("resources/format"):
        width, height = given.edit.size
        shape.attrib.update(width=str(width), height=str(height))
        shape.attrib.pop("name", None)
        if given.edit.size in _FORMATS:
            shape.set("name", _FORMATS[given.edit.size])


def _transition(crossing: Crossing) -> ElementTree.Element:
    times = {"offset": _seconds(crossing.at), "duration": _seconds(crossing.frames)}
    return ElementTree.Element("transition", {"name": "Cross Dissolve", **times})


def _frozen(start: int, frames: int) -> ElementTree.Element:
    """One frame for all of a clip's time."""
    held = ElementTree.Element("timeMap")
    for at in (start, start + frames):
        times = {"time": _seconds(at), "value": _seconds(start), "interp": "linear"}
        ElementTree.SubElement(held, "timept", times)
    return held
