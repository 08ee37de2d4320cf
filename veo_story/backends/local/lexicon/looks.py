"""Which looks an author's words name."""

from __future__ import annotations

from veo_story.backends.local.lexicon.vocabulary import contains, count, vocabulary


def looks_in(look: str, story: str = "") -> tuple[str, ...]:
    """The entries of ``looks.toml`` that the words name, for ``Setting.look``.

    ``look`` is what the author says of the look, ``story`` everything else. At most one mood is among
    them: the one that the story names most often.
    """
    table = vocabulary("looks")
    both = f"{look} {story}"
    named = [
        name
        for name, entry in table["look"].items()
        if contains(both, entry.get("words", ())) or contains(look, entry.get("in_look", ()))
    ]
    counts = {name: count(story, entry["words"]) for name, entry in table["mood"].items()}
    mood = max(counts, key=lambda name: counts[name])
    return (*named, mood) if counts[mood] else tuple(named)
