from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.film.cutting import edit_of_scenes
from tests.plan.boards import scene
from veo_story.film.burning import burnt
from veo_story.film.edit import Finishing
from veo_story.media.spans import Caption
from veo_story.storyboard.finish import Overlay
from veo_story.storyboard.model import Transition

_PLAIN = edit_of_scenes(scene("a"), scene("b", transition=Transition("dissolve", Decimal("0.5"))), scene("c"))


def test_a_caption_over_a_dissolve_stands_in_both_scenes() -> None:
    edit = burnt(_PLAIN, [Caption(170, 200, "Hello")])
    a, b, c = (cut.finishing for cut in edit.cuts)
    assert a == Finishing(192, captions=(Caption(170, 192, "Hello"),))
    assert b == Finishing(192, captions=(Caption(0, 20, "Hello"),))
    assert c is None


def test_overlays_stay_below_captions() -> None:
    edit = edit_of_scenes(scene("a", overlays=(Overlay("Title"),)))
    [cut] = burnt(edit, [Caption(0, 24, "Hello")]).cuts
    assert cut.finishing == Finishing(192, (), (Overlay("Title"),), (Caption(0, 24, "Hello"),))


def test_a_caption_over_a_held_frame_is_made_with_it() -> None:
    edit = edit_of_scenes(scene("a", hold_s=Decimal(1)), scene("b", hold_s=Decimal(1)))
    a, b = (cut.finishing for cut in burnt(edit, [Caption(200, 210, "Hello")]).cuts)
    assert a == Finishing(192, captions=(Caption(200, 210, "Hello"),), hold=24)
    assert b is None


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 60)), max_size=5))
def test_every_frame_of_a_caption_is_somewhere(times: list[tuple[int, int]]) -> None:
    captions = [Caption(start, start + length, "x") for start, length in times]
    found = {
        cut.start_frame + frame
        for cut in burnt(_PLAIN, captions).cuts
        for caption in (cut.finishing.captions if cut.finishing else ())
        for frame in range(caption.start, caption.end)
    }
    wanted = {frame for caption in captions for frame in range(caption.start, caption.end)}
    assert found == wanted & set(range(_PLAIN.frames))
