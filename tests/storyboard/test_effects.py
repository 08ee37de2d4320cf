from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.storyboard.films import ROOT, codes, load
from veo_story.storyboard.rules.effect_values import misfit
from veo_story.storyboard.rules.effects import effects_table, slips_of

if TYPE_CHECKING:
    from pathlib import Path


def maker() -> Any:
    spec = importlib.util.spec_from_file_location("make_effects", ROOT / "tools" / "make_effects.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_that_of_the_installed_moviepy() -> None:
    module = maker()
    assert effects_table() == module.table()
    assert json.loads(module.INTO.read_text()) == module.table()


def test_the_table_has_all_effects_of_picture_and_sound() -> None:
    import moviepy.audio.fx as audio
    import moviepy.video.fx as video

    table = effects_table()
    assert set(table) == {*audio.__all__, *video.__all__}
    assert {name for name, entry in table.items() if entry["kind"] == "audio"} == set(audio.__all__)
    assert {name for name, entry in table.items() if "refused" in entry} == {
        "HeadBlur",
        "MasksAnd",
        "MasksOr",
    }


@pytest.mark.parametrize(
    ("effect", "found"),
    [
        ("BlackAndWhite", []),
        ("{name: FadeIn, duration: 0.5, initial_color: [0, 0, 0]}", []),
        ("{name: Resize, new_size: 0.5}", []),
        ("{name: BlackAndWhite, RGB: [1, 1, 1], preserve_luminosity: false, x-note: old film}", []),
        ("{name: AudioFadeOut, duration: 1}", []),
        ("{name: Freeze, t: end, freeze_duration: 2}", []),
        ("fadein", ["VS041"]),
        ("FadeIn", ["VS042"]),
        ("HeadBlur", ["VS041"]),
        ("{name: MasksAnd, other_clip: a.mp4}", ["VS041"]),
        ("{name: FadeIn, duration: true}", ["VS042"]),
        ("{name: FadeIn, duration: -1}", ["VS042"]),
        ("{name: SlideIn, duration: 1, side: 3}", ["VS042"]),
        ("{name: SlideIn, duration: 1, side: above}", ["VS042"]),
        ("{name: Rotate, angle: 3, expand: 1}", ["VS042"]),
        ("{name: TimeMirror, speed: 2}", ["VS042"]),
        ("MultiplySpeed", ["VS042"]),
        ("{name: MultiplySpeed, factor: 0}", ["VS042"]),
        ("{name: Loop, n: null}", ["VS042"]),
        ("{name: FreezeRegion, region: [10, 10, 5, 20]}", ["VS042"]),
        ("{name: FreezeRegion, region: [0, 0, 5, 20], mask: m.png}", ["VS042"]),
        ("{name: Crop, x1: 100, x2: 90}", ["VS042"]),
        ("{name: Crop, x_center: 100}", ["VS042"]),
        ("{name: Crop, x_center: 100, width: 300}", ["VS042"]),
        ("{name: Crop, height: 300}", ["VS042"]),
        ("{name: Crop, x2: 640, width: 300, y1: 10}", []),
        ("{name: Margin, margin_size: 4, color: [0, 0, 256]}", ["VS042"]),
    ],
)
def test_effects_are_called_as_moviepy_wants(tmp_path: Path, effect: str, found: list[str]) -> None:
    assert codes(load(tmp_path, f"scenes: [{{action: x, effects: [{effect}]}}]\n")) == found


@pytest.mark.parametrize(
    ("entry", "good", "bad"),
    [
        ({"kind": "number", "above": 0}, [0.1, 3], [0, -1, True, "1", None, [1]]),
        ({"kind": "number", "least": 0, "most": 1}, [0, 1, 0.5], [-0.1, 1.1]),
        ({"kind": "whole", "least": 1}, [1, 7], [0, 1.5, False]),
        ({"kind": "boolean"}, [True, False], [0, "true"]),
        (
            {"kind": "colour"},
            [[0, 0, 0], [255, 5, 1]],
            [[0, 0], [0, 0.5, 0], [0, 0, 256], "red", [True, 0, 0]],
        ),
        ({"kind": "weights"}, [[1, 2, 3], "CRT_phosphor"], [[0, 0, 0], "crt", 1]),
        ({"kind": "moment", "least": 0}, [0, 1.5, "end"], [-1, "start"]),
        ({"kind": "region"}, [[0, 0, 2, 2]], [[0, 0, 0, 2], [1, 2, 3], [4, 0, 2, 2]]),
        ({"kind": "point"}, [[1, -2]], [[1], 3]),
        ({"kind": "size", "above": 0, "most": 8}, [0.5, [640, 360]], [0, 9, [640], [1, 1]]),
        ({"kind": "parts"}, ["mask", ["mask"], []], ["audio", ["audio"], 1]),
        ({"kind": "text", "choice": ["deg", "rad"]}, ["deg"], ["grad", 1]),
    ],
)
def test_a_value_fits_its_kind_and_bounds(entry: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
    assert [misfit(entry, value) for value in good] == [None] * len(good)
    assert all(isinstance(misfit(entry, value), str) for value in bad)


SAMPLES: dict[str, Any] = {
    "number": 1,
    "whole": 2,
    "boolean": True,
    "colour": [0, 128, 255],
    "weights": [1, 2, 1],
    "moment": 0.5,
    "region": [2, 2, 16, 10],
    "point": [4, 4],
    "size": 0.5,
    "parts": "mask",
}
"""A value of every kind, raised where a bound asks for more."""


def sample(about: dict[str, Any]) -> Any:
    if "choice" in about:
        return about["choice"][0]
    value = SAMPLES[about["kind"]]
    return max(value, about["least"]) if "least" in about else value


CALLS = [
    {"name": name, key: sample(about)}
    for name, entry in effects_table().items()
    for key, about in entry.get("parameters", {}).items()
    if "refused" not in about
] + [{"name": name} for name, entry in effects_table().items() if not entry.get("parameters", {"": ""})]


BESIDES = {"Crop": [("x_center", "width"), ("y_center", "height"), ("width", "x1"), ("height", "y1")]}


def completed(call: dict[str, Any]) -> dict[str, Any]:
    """A call with what its effect needs besides."""
    entry = effects_table()[call["name"]]
    parameters, choices = entry["parameters"], entry.get("one_of", [])
    needed = [key for key, about in parameters.items() if about["required"]]
    needed += [key for given, key in BESIDES.get(call["name"], ()) if given in call]
    if choices and not any(key in call for key in choices):
        needed.append(choices[0])
    for key in needed:
        call.setdefault(key, sample(parameters[key]))
    return call


def test_moviepy_takes_whatever_the_table_lets_through() -> None:
    import numpy as np
    from moviepy import AudioClip, VideoClip, afx, vfx

    picture = np.arange(36 * 64 * 3, dtype=np.uint32).reshape(36, 64, 3).astype(np.uint8)
    for call in map(completed, CALLS):
        assert list(slips_of(call)) == [], call
        given = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in call.items()
            if key != "name"
        }
        effect = getattr(vfx, call["name"], None) or getattr(afx, call["name"])
        clip = VideoClip(lambda t: picture.copy(), duration=4).with_fps(24)
        clip = clip.with_audio(AudioClip(lambda t: np.zeros((*np.shape(t), 2)), duration=4, fps=48_000))
        made = clip.with_effects([effect(**given)])
        assert made.duration > 0, call
        assert made.get_frame(0.25).ndim == 3, call
        assert made.audio.get_frame(np.array([0.1, 0.2])).shape == (2, 2), call
