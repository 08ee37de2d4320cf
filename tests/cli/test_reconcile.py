"""``reconcile``: from a lost answer to the film, each way, with the emulator's bill beside the ledger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.lossy import film_on
from tests.support.cli import BROKEN, run, write
from veo_story.engine.lock import held
from veo_story.making import read_stored
from veo_story.plan.takes import AttemptState


def test_what_is_found_in_storage_proves_itself(folder: Path) -> None:
    with film_on("storage", folder) as film:
        ran = film.lose()
        last = ran.err.rstrip().splitlines()[-1]
        assert last == "paid: an answer was lost; go on with: veo-story reconcile paid.yaml"
        film.words = ()  # where it lies is in the ledger
        found = film.reconcile("--check")
        assert found.code == 0, found.err
        assert "a1: found again as gs://films/paid/" in found.err
        assert "go on with: veo-story render paid.yaml" in found.err
        nothing = film.reconcile()
        assert (nothing.code, nothing.out) == (0, "")
        assert nothing.err == "paid: no request of unknown outcome\n"
        film.ends()
        assert film.generations == 2


def test_what_is_listed_is_offered_and_adopted_by_name(folder: Path) -> None:
    with film_on("gemini", folder) as film:
        film.lose()
        (operation,) = film.strangers
        for words in ((), ("--check",), ("a1",)):
            listed = film.reconcile(*words)
            assert listed.code == 9
            assert listed.out.startswith("a1: sent ")
            assert "no confirmation, may have cost 0.20 USD" in listed.out
            assert f"1  {operation}: finished, 1 clip" in listed.err
            assert "veo-story reconcile paid.yaml [SCENE] --check" in listed.err
        assert film.strangers == {operation}
        adopted = film.reconcile("a1", "--adopt", operation)
        assert adopted.code == 0, adopted.err
        assert f"a1: answered by {operation}; the next render brings it home" in adopted.err
        film.ends()
        assert film.generations == 2


@pytest.mark.parametrize("service", ["gemini", "inline"])
def test_again_pays_once_more_and_says_so(folder: Path, service: str) -> None:
    with film_on(service, folder) as film:
        film.lose()
        assert film.render().code == 9
        again = film.reconcile("--again")
        assert again.code == 0, again.err
        assert "0.20 USD stay counted for the first time" in again.err
        film.ends(unknown="0.20")
        assert film.generations == 3
        listed = film.reconcile()
        assert listed.code == 0
        assert "may have cost 0.20 USD; agreed to send it again" in listed.out
        settled = film.reconcile("a1", "--settle", "0.20")
        assert settled.code == 0
        film.ends()
        assert film.generations == 3


def test_a_late_success_is_one_more_take(folder: Path) -> None:
    with film_on("storage", folder) as film:
        film.lose()
        assert film.reconcile("--again").code == 0
        blind = {"on": "list", "fault": "error_500_before", "nth": 1, "times": 100}
        film.emulator.set_faults([blind])
        film.ends(unknown="0.20")
        film.emulator.set_faults([])
        assert "a1: found again as gs://" in film.reconcile("--check").err
        film.ends()
        assert film.generations == 3
        assert [take["number"] for take in run("takes", "paid.yaml", "a1", "--json").json] == [1, 2]


def test_settling_at_nothing_frees_the_scene(folder: Path) -> None:
    with film_on("inline", folder) as film:
        film.lose({"on": "submit", "fault": "reset_before", "nth": 1})
        settled = film.reconcile("a1", "--settle", "0")
        assert settled.code == 0
        assert "a1: settled at 0.00 USD" in settled.err
        film.ends()
        assert film.generations == 2


def test_as_json(folder: Path) -> None:
    with film_on("gemini", folder) as film:
        film.lose()
        (operation,) = film.strangers
        listed = film.reconcile("--json")
        assert listed.code == 9
        (request,) = listed.json["requests"]
        assert (listed.json["film"], listed.json["open"]) == ("paid", 1)
        assert request["candidates"] == [{"operation": operation, "done": True, "about": "finished, 1 clip"}]
        assert (request["scene"], request["may_have_cost_usd"]) == ("a1", "0.20")
        assert (request["outcome"], request["operation"], request["trouble"]) == ("unknown", None, None)
        told = film.reconcile("--json", "--attempt", request["attempt"][:6], "--adopt", operation)
        assert (told.code, told.json["open"]) == (0, 0)
        assert told.json["requests"][0]["outcome"] == "adopted"
        assert told.json["requests"][0]["operation"] == operation
        assert film.reconcile("--json").json["requests"] == []


def test_status_says_the_same(folder: Path) -> None:
    with film_on("inline", folder) as film:
        film.lose()
        question = film.reconcile().out.partition(" [")[0]
        shown = " ".join(run("status", "paid.yaml").out.split())
        assert f"request {question}" in shown
        assert "veo-story reconcile paid.yaml shows the ways on" in shown


def test_the_storyboard_need_not_be_sound_nor_there(folder: Path) -> None:
    with film_on("gemini", folder) as film:
        film.lose()
        written = (folder / "paid.yaml").read_text()
        write(folder / "paid.yaml", BROKEN)
        assert film.reconcile().code == 9
        (folder / "paid.yaml").unlink()
        (operation,) = film.strangers
        assert film.reconcile("--adopt", operation).code == 0
        write(folder / "paid.yaml", written)
        film.ends()
        assert film.generations == 2


def test_what_is_known_already_answers_no_other_request(folder: Path) -> None:
    with film_on("gemini", folder) as film:
        film.lose()
        (home,) = (a.operation for a in read_stored(film.folder).attempts if a.scene_id == "b1")
        assert home is not None
        refused = film.reconcile("--adopt", home)
        assert refused.code == 12
        assert "known already: it answered attempt" in refused.err
        nobody = film.reconcile("--adopt", "models/veo/operations/none")
        assert nobody.code == 9
        assert "knows no operation 'models/veo/operations/none' here" in nobody.err
        assert len(film.strangers) == 1


def test_operations_of_other_films_are_no_candidates(folder: Path) -> None:
    with film_on("gemini", folder) as film:
        other = write(folder / "other.yaml", (folder / "paid.yaml").read_text())
        ran = run("render", str(other), "--yes", *film.words, environ=film.environ, tempo=film.tempo)
        assert ran.code == 0, ran.err
        theirs = read_stored(folder / "renders" / "other").attempts[0].operation
        film.lose()
        (request,) = film.reconcile("--json").json["requests"]
        assert len(request["candidates"]) == 1
        assert request["candidates"][0]["operation"] != theirs
        refused = film.reconcile("--adopt", str(theirs))
        assert refused.code == 12
        assert "of another film" in refused.err


def test_a_service_that_cannot_be_asked_leaves_the_list(folder: Path) -> None:
    with film_on("gemini", folder) as film:
        film.lose()
        film.environ = {"GEMINI_API_KEY": ""}
        listed = film.reconcile()
        assert listed.code == 9
        assert listed.out.startswith("a1: sent ")
        assert "  it could not be looked for: no API key" in listed.err
        assert "  fix: " in listed.err
        assert film.reconcile("--again").code == 0


def test_skipping_changes_nothing(folder: Path) -> None:
    with film_on("inline", folder) as film:
        film.lose()
        before = read_stored(film.folder).attempts
        skipped = film.reconcile("--skip")
        assert skipped.code == 0
        assert skipped.out.startswith("a1: sent ")
        assert read_stored(film.folder).attempts == before


def test_what_a_dead_run_had_sent_is_asked_about(folder: Path) -> None:
    with film_on("gemini", folder) as film:
        film.lose()
        from veo_story.ledger.connect import connect

        path = film.folder / "ledger.sqlite"
        with connect(path) as ledger:  # as a kill between the two leaves it
            ledger.execute("UPDATE attempts SET state = 'sent', error = NULL WHERE state = 'unknown'")
        assert film.reconcile().code == 9
        states = [a.state for a in read_stored(film.folder).attempts]
        assert AttemptState.UNKNOWN in states


def test_a_film_that_another_run_holds_is_left_alone(folder: Path) -> None:
    with film_on("inline", folder) as film:
        film.lose()
        with held(film.folder):
            assert film.reconcile("--again").code == 12
        assert all(a.again_at is None for a in read_stored(film.folder).attempts)


def test_who_is_not_meant_is_told(folder: Path) -> None:
    with film_on("inline", folder) as film:
        film.lose({"on": "submit", "fault": "reset_after", "nth": 1, "times": 2})
        listed = film.reconcile("--json").json["requests"]
        assert [request["scene"] for request in listed] == ["a1", "b1"]
        for words, says in (
            (("--adopt", "x"), "--adopt needs one request, and there are a1 (--attempt"),
            (("--settle", "1"), "--settle needs one request"),
            (("a9",), "nothing was ever sent of a scene 'a9'; there are a1, b1"),
            (("--attempt", "nobody"), "no request of unknown outcome is called 'nobody'"),
            (("--check", "--adopt", "x"), "only one of --check, --adopt"),
            (("--settle", "-1"), "is not an amount of money"),
        ):
            ran = film.reconcile(*words)
            assert ran.code == 2, words
            assert says in ran.err
        assert film.reconcile("b1", "--settle", "0.20").code == 0
        assert film.reconcile("b1").code == 0
        assert film.reconcile().code == 9


def test_nothing_was_rendered_yet(folder: Path) -> None:
    ran = run("reconcile", "paid.yaml")
    assert (ran.code, ran.err) == (0, "nothing was rendered yet in renders/paid\n")
    empty = {"film": "paid", "folder": "renders/paid", "open": 0, "requests": []}
    assert json.loads(run("reconcile", "paid.yaml", "--json").out) == empty
    assert not Path("renders").exists()
