"""The files that a storyboard wants, with their names filled in."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from veo_story.storyboard.finish import Finish, Output, Variant, film_file, film_name
from veo_story.storyboard.wanted import Wanted, wanted

TALL, SQUARE = Variant("tall", "9:16", focus="follow"), Variant("square", "1:1")
WIDE, OFF = Variant("wide"), Variant("off", "4:5", enabled=False)
ANEW = Variant("anew", "9:16", method="regenerate")
ALL = (WIDE, TALL, OFF, ANEW, SQUARE)


def names(*outputs: Output, variant: str | None = None, locale: str | None = None) -> list[str]:
    return [
        file.name
        for file in wanted(Finish(variants=ALL, outputs=outputs), "f", locale=locale, variant=variant)
    ]


def test_without_outputs_there_is_the_film_and_each_other_shape_of_it() -> None:
    assert wanted(Finish(), "boat") == (Wanted("film.mp4"),)
    files = wanted(Finish(variants=ALL), "boat")
    assert files == (
        Wanted("film.mp4"),
        Wanted("boat-tall.mp4", variant=TALL),
        Wanted("boat-square.mp4", variant=SQUARE),
    )
    assert files[0].is_film
    assert not files[1].is_film
    upright = [file.name for file in wanted(Finish(variants=ALL), "boat", aspect="9:16")]
    assert upright == ["film.mp4", "boat-wide.mp4", "boat-square.mp4"]


def test_a_name_with_a_variant_is_a_file_for_each() -> None:
    output = Output("{film}-{variant}.mp4", max_mb=Decimal(5), path=("outputs", 0))
    files = wanted(Finish(variants=ALL, outputs=(output,)), "boat")
    assert [(file.name, file.variant) for file in files] == [
        ("boat-wide.mp4", WIDE),
        ("boat-tall.mp4", TALL),
        ("boat-square.mp4", SQUARE),
    ]
    assert {(file.max_mb, file.path) for file in files} == {(Decimal(5), ("outputs", 0))}


def test_any_other_name_is_of_the_film_as_it_is() -> None:
    [file] = wanted(Finish(variants=ALL, outputs=(Output("{film}.otio", "otio"),)), "boat")
    assert file == Wanted("boat.otio", "otio")


def test_in_a_film_made_anew_the_variant_is_itself() -> None:
    files = wanted(Finish(variants=ALL, outputs=(Output("{film}-{variant}.mp4"),)), "boat", variant="anew")
    assert files == (Wanted("boat-anew.mp4"),)
    assert wanted(Finish(variants=ALL), "boat", variant="anew") == (Wanted("film.mp4"),)


def test_what_is_not_known_stays_as_it_is() -> None:
    assert names(Output("{film}-{locale}.srt", "srt")) == ["f-{locale}.srt"]
    assert names(Output("{film}-{locale}.srt", "srt"), locale="en") == ["f-en.srt"]
    assert names(Output("{x}{film}{.mp4")) == ["{x}f{.mp4"]


@given(st.text(alphabet="{}filmvarantoce-.", max_size=40))
def test_any_name_is_filled_in_once(name: str) -> None:
    for filled in names(Output(name), locale="en"):
        for field in ("{film}", "{locale}"):
            assert field not in filled


def test_a_variant_made_anew_has_a_name_and_a_folder_of_its_own() -> None:
    from pathlib import Path

    path = Path("films/boat.yaml")
    assert (film_name(path), film_name(path, "tall")) == ("boat", "boat.tall")
    assert film_file(path, "tall").stem == "boat.tall"
    assert film_file(path) == path
