"""What a retake, a pick or a promotion costs, and what the ways on from it cost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plan.boards import board, plan_of, run, scene
from tests.plan.test_diff import attempt, rendered, take
from veo_story.errors import ConfigError
from veo_story.plan import consequences
from veo_story.plan.consequences import Consequences, Price
from veo_story.plan.model import Plan
from veo_story.plan.standing import Choice, Standing
from veo_story.plan.takes import AttemptState, Pin, Seam, Take
from veo_story.storyboard.model import Budget, FrameOf, Mode


def usd(new: str, other: str | None = None) -> Price:
    return Price(Decimal(new), Decimal(new if other is None else other))


def nine(backend: str = "gemini", **given: object) -> Plan:
    """A card, an opening of 8 s and eight extensions of 7 s, as the keeper has them."""
    return plan_of(board(scene("card01", Mode.SLATE), *run(9), **given), backend)


def standing(plan: Plan, **given: object) -> Standing:
    return replace(Standing(plan, tuple(rendered(plan))), **given)


def further(film: Standing, scene_id: str, number: int = 2) -> Take:
    """Another take of a scene, made from the takes that serve now."""
    step, found = film.spliced().step(scene_id), film.statuses()
    parents = tuple(t.id for need in step.needs if (t := found[need].take) is not None)
    return take(film.spliced(), scene_id, number, parents)


def rerendered(film: Standing) -> Standing:
    """The film with a take of everything that has none."""
    for placed in film.spliced().placements:
        if film.statuses()[placed.scene_id].take is None:
            numbers = [t.number for t in film.takes if t.scene_id == placed.scene_id]
            new = further(film, placed.scene_id, max(numbers, default=0) + 1)
            film = replace(film, takes=(*film.takes, new))
    return film


def retaken(film: Standing, scene_id: str, seam: Seam | None, number: int = 7) -> Standing:
    """The film with one more take of a scene, and what was chosen to go on from it."""
    new = further(film.unpinned({scene_id}), scene_id, number)
    pins = {} if seam is None else consequences.kept_on(film, {scene_id}, seam)
    after = replace(film, takes=(*film.takes, new))
    return after.chosen(Choice({scene_id: new.id}, {scene_id: None, **pins}))


def test_a_retake_in_the_middle_of_a_chain() -> None:
    told = consequences.retake(standing(nine()), "s04", 1)
    assert told.sent == {"s04": 1}
    # Extensions bill 7 s each, or the whole clip: s04 is 29 s then, s05 36 s and so on.
    assert told.now == usd("0.70", "2.90")
    assert told.stale == ("s05", "s06", "s07", "s08", "s09")
    assert told.later == usd("3.50", "25.00")
    assert told.bridge is not None
    assert (told.bridge.scenes, told.bridge.new_s) == (("s05",), (Decimal(8),))
    assert told.bridge.price == usd("0.80")
    assert (told.due, told.rest) == ((), usd("0"))


def test_the_other_reading_of_a_budget_that_goes_by_the_assembled_clip() -> None:
    told = consequences.retake(standing(nine(budget=Budget(basis="assembled"))), "s04", 2)
    assert told.now == usd("5.80", "1.40")
    assert told.later == usd("25.00", "3.50")


def test_nothing_hangs_on_the_last_scene() -> None:
    told = consequences.retake(standing(nine()), "s09", 3)
    assert told == Consequences({"s09": 3}, usd("2.10", "19.20"), (), usd("0"), None, (), usd("0"))


def test_scenes_that_use_a_frame_hang_on_it_too() -> None:
    scenes = [*run(3), scene("t", Mode.ANIMATE, first_frame=FrameOf("s02", Decimal(2)))]
    told = consequences.retake(standing(plan_of(board(*scenes), "gemini")), "s02", 1)
    assert told.stale == ("s03", "t")
    assert told.later == usd("1.50", "3.00")
    assert told.bridge is not None and told.bridge.scenes == ("s03",)


def test_no_bridge_leads_to_a_scene_that_goes_on_from_another() -> None:
    scenes = [scene("a"), scene("b"), scene("t", Mode.ANIMATE, first_frame=FrameOf("a"))]
    told = consequences.retake(standing(plan_of(board(*scenes), "gemini")), "a", 1)
    assert (told.stale, told.bridge) == (("t",), None)


def test_no_bridge_where_the_model_cannot_interpolate() -> None:
    plan = nine()
    caps = {s: replace(c, modes=c.modes - {Mode.INTERPOLATE}) for s, c in plan.capabilities.items()}
    told = consequences.retake(standing(replace(plan, capabilities=caps)), "s04", 1)
    assert (told.later, told.bridge) == (usd("3.50", "25.00"), None)


def test_what_is_to_render_anyhow_is_no_consequence() -> None:
    plan = nine()
    film = Standing(plan, tuple(t for t in rendered(plan) if t.scene_id < "s07"))
    told = consequences.retake(film, "s04", 1)
    assert (told.stale, told.later) == (("s05", "s06"), usd("1.40", "7.90"))
    assert (told.due, told.rest) == (("s07", "s08", "s09"), usd("2.10", "17.10"))


def test_a_retake_with_new_words_leaves_the_old_chain_a_way_to_stay() -> None:
    old = rendered(nine())
    scenes = [scene("card01", Mode.SLATE), *run(9)]
    scenes[4] = replace(scenes[4], action="something else happens")
    film = Standing(plan_of(board(*scenes), "gemini"), tuple(old))
    assert sum(film.missing().values()) == 6
    told = consequences.retake(film, "s04", 1)
    assert (told.now, told.later) == (usd("0.70", "2.90"), usd("3.50", "25.00"))
    assert told.bridge is not None and told.bridge.price == usd("0.80")
    assert retaken(film, "s04", "cut").missing() == {}


def test_pinned_scenes_are_no_consequence() -> None:
    film = standing(nine())
    pinned = retaken(film, "s04", "cut")
    assert pinned.missing() == {}
    told = consequences.retake(pinned, "s04", 1)
    assert (told.stale, told.later) == ((), usd("0"))
    assert told.bridge is not None and told.bridge.price == usd("0.80")
    told = consequences.retake(pinned, "s06", 1)
    assert told.stale == ("s07", "s08", "s09")


def test_a_bridge_is_made_anew_with_the_scene_it_leaves() -> None:
    film = rerendered(retaken(standing(nine()), "s04", "bridge"))
    assert film.missing() == {}
    told = consequences.retake(film, "s04", 1)
    assert (told.stale, told.later) == (("s05+bridge",), usd("0.80"))


def test_a_retake_of_a_pinned_scene_gives_it_up() -> None:
    film = retaken(standing(nine()), "s04", "cut")
    told = consequences.retake(film, "s05", 1)
    assert told.stale == ("s06", "s07", "s08", "s09")
    after = retaken(film, "s05", "cut")
    assert set(after.pins) == {"s06"}
    assert after.missing() == {}


def test_a_scene_without_a_parent_cannot_be_sent() -> None:
    plan = nine()
    with pytest.raises(ConfigError, match="s04 is made from s03, which has no take that fits"):
        consequences.retake(Standing(plan, tuple(rendered(plan)[:3])), "s04", 1)


def test_going_back_to_an_older_take_brings_its_chain_back() -> None:
    film = standing(nine())
    first = film.statuses()["s04"].take
    onward = rerendered(retaken(film, "s04", None))
    second = onward.statuses()["s04"].take
    assert first is not None and second is not None and second.number == 7
    for pinned in (onward, retaken(film, "s04", "cut")):
        told = consequences.pick(pinned, "s04", first)
        assert (told.sent, told.now, told.stale, told.later) == ({}, usd("0"), (), usd("0"))
        back = pinned.chosen(consequences.picked(pinned, "s04", first))
        assert back.pins == {} and back.missing() == {}
        assert back.statuses()["s09"].take == film.statuses()["s09"].take


def test_a_pick_without_children_of_its_own() -> None:
    film = standing(nine())
    new = further(film, "s04")
    film = replace(film, takes=(*film.takes, new))
    told = consequences.pick(film, "s04", new)
    assert (told.stale, told.later) == (("s05", "s06", "s07", "s08", "s09"), usd("3.50", "25.00"))
    assert told.bridge is not None and told.bridge.price == usd("0.80")


def test_a_pin_stays_where_nothing_else_would_serve() -> None:
    film = retaken(standing(nine()), "s04", "cut")
    other = take(film.plan, "s04", 8, film.takes[4].parents)
    film = replace(film, takes=(*film.takes, other))
    assert set(film.chosen(consequences.picked(film, "s04", other)).pins) == {"s05"}
    assert consequences.pick(film, "s04", other).stale == ()


def test_a_take_of_another_lineage_is_pinned() -> None:
    film = standing(nine())
    old = film.statuses()["s05"].take
    onward = rerendered(retaken(film, "s04", None))
    assert old is not None and onward.statuses()["s05"].take != old
    choice = consequences.picked(onward, "s05", old)
    assert choice.picks == {"s05": None}
    assert choice.pins == {"s05": Pin("s05", old.id, "cut")}
    after = onward.chosen(choice)
    assert after.missing() == {} and after.statuses()["s09"].take == film.statuses()["s09"].take


def promoted(*scene_ids: str) -> tuple[Standing, Standing]:
    before = standing(nine())
    after = plan_of(
        board(scene("card01", Mode.SLATE), *run(9)), "gemini", tiers=dict.fromkeys(scene_ids, "standard")
    )
    return before, replace(before, plan=after)


def test_a_promotion_renders_just_its_scenes() -> None:
    before, after = promoted("s02", "s05")
    told = consequences.promotion(before, after, {"s02", "s05"})
    assert told.sent == {"s02": 1, "s05": 1}
    # Two extensions of 7 s on standard, 0.40 USD a second.
    assert told.now == usd("5.60", "20.40")
    assert told.stale == ("s03", "s04", "s06", "s07", "s08", "s09")
    assert told.later.usd == Decimal("4.20")
    assert told.bridge is not None and told.bridge.scenes == ("s03", "s06")
    assert told.bridge.price == usd("1.60")
    pins = consequences.kept_on(before, {"s02", "s05"}, "cut")
    assert set(pins) == {"s03", "s06"}


def test_a_promotion_taken_back_costs_nothing() -> None:
    before, after = promoted("s02", "s05")
    made = rerendered(after.chosen(Choice({}, consequences.kept_on(before, {"s02", "s05"}, "cut"))))
    assert made.missing() == {} and set(made.pins) == {"s03", "s06"}
    back = replace(made, plan=before.plan)
    back = back.chosen(Choice({}, consequences.unneeded(back, {"s02", "s05"})))
    assert back.pins == {} and back.missing() == {}
    assert back.statuses() == replace(before, takes=back.takes).statuses()


def test_promoted_neighbours_are_made_from_each_other() -> None:
    before, after = promoted("s02", "s03")
    assert set(consequences.kept_on(before, {"s02", "s03"}, "cut")) == {"s04"}
    told = consequences.promotion(before, after, {"s02", "s03"})
    assert told.sent == {"s02": 1, "s03": 1}


def test_takes_that_fit_and_those_to_come_are_held() -> None:
    film = standing(nine())
    assert film.held_takes("s04") == 1
    parents = film.takes[4].parents
    under_way = (attempt(film.plan, "s04", AttemptState.ANSWERED, parents),)
    assert replace(film, attempts=under_way).held_takes("s04") == 2
    takes = tuple(replace(t, rejected="") if t.scene_id == "s04" else t for t in film.takes)
    assert replace(film, takes=takes).held_takes("s04") == 0


@given(st.data())
def test_each_way_sends_what_it_was_said_to_send(data: st.DataObject) -> None:
    """Whatever was chosen before: a retake's ways, planned as the program plans them, miss just that."""
    film = standing(nine())
    scenes = st.sampled_from([f"s{n:02}" for n in range(1, 10)])
    for n in range(data.draw(st.integers(0, 3))):
        film = retaken(
            film, data.draw(scenes), data.draw(st.sampled_from(["cut", "bridge", None])), 10 * n + 10
        )
        film = rerendered(film)
    whole, scene_id = film, data.draw(scenes)
    told = consequences.retake(whole, scene_id, 1)
    assert price(retaken(whole, scene_id, None, 99)) == told.later.usd
    assert price(retaken(whole, scene_id, "cut", 99)) == 0
    if told.bridge is not None:
        assert price(retaken(whole, scene_id, "bridge", 99)) == told.bridge.price.usd
    assert whole.missing() == {} and told.due == ()


def price(film: Standing) -> Decimal:
    plan = film.spliced()
    return sum((plan.step(s).expected_usd * n for s, n in film.missing().items()), Decimal(0))
