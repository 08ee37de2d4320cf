"""``veo-story preview`` as a user meets it: real clips of two short cards."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import psutil

from tests.support.cli import CARDS, run
from tests.support.command import command, environment


def test_two_cards(cards: Path, folder: Path) -> None:
    ran = run("preview", str(cards), "--sheet", "sheet.png")
    assert ran.code == 0, ran.err
    page = Path("renders/cards/preview/index.html")
    assert ran.out.splitlines() == [f"{page}  1.5 s, 2 scenes, 2 drawn now", "sheet.png"]
    assert "drawn   hello  1 s" in ran.err
    assert page.is_file() and Path("sheet.png").is_file()
    # Nothing of the film itself is there: no ledger, no takes.
    assert [path.name for path in Path("renders/cards").iterdir()] == ["preview"]
    again = run("preview", str(cards), "-q")
    assert again.code == 0 and again.out == f"{page}\n" and again.err == ""
    cards.write_text(CARDS.replace("Goodbye", "Farewell"), "utf-8")
    third = run("preview", str(cards), "--json")
    assert third.json["drawn"] == ["bye"]


def test_a_storyboard_with_errors(broken: Path) -> None:
    ran = run("preview", str(broken))
    assert ran.code == 3 and "standart" in ran.err and not Path("renders").exists()


def test_an_unknown_scene(cards: Path) -> None:
    ran = run("preview", str(cards), "--only", "hullo")
    assert ran.code == 2 and "did you mean 'hello'?" in ran.err


def test_many_previews_are_not_one_json(cards: Path) -> None:
    assert run("preview", str(cards), "--watch", "--json").code == 2


def test_ctrl_c_ends_the_watch_and_its_workers(cards: Path, folder: Path) -> None:
    process = subprocess.Popen(
        command("preview", cards.name, "--watch"), cwd=folder, env=environment(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if "watching" in line:
            break
    workers = psutil.Process(process.pid).children(recursive=True)
    assert workers
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, (said, err)
    assert err.strip() == "interrupted" and "2 scenes, 2 drawn now" in out
    assert not any(worker.is_running() for worker in workers)
