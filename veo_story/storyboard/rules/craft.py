"""Words that models are known to handle badly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from veo_story.storyboard.codes import problem
from veo_story.storyboard.prompt import compile_prompt
from veo_story.storyboard.rules.common import generated, origin
from veo_story.storyboard.tokens import estimate_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.errors import Problem
    from veo_story.storyboard.build import Draft

TOKENS = 1024
"""What services read of a prompt. The plan refuses more; from nine tenths on there is a warning."""

_NEGATED = re.compile(
    r"(?:no|not|without|never|avoid|don['’]?t|do not|exclude)\b(?:\s+(?:show|include|use|any|have)\b)*",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(r"\b(?:should|must|is|are|please|make|keep|show)\b", re.IGNORECASE)
_QUOTES = re.compile(r"[\"“”„«»]")
_STEP = re.compile(r"\b(?:then|after that|afterwards|and next|finally)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…]+\s+(?=\S)")
_WRITING = re.compile(
    r"\b(?:captions?|subtitles?|title card|on-screen text|text overlay|lower third)\b"
    r"|\b(?:text|words?|letters|title|caption)\s+(?:\S+\s+){0,3}?(?:reads?|appears?|saying|fades? in)\b"
    r"|\btext\b[^.]{0,40}\bon (?:the )?screen\b",
    re.IGNORECASE,
)
_MOST_SENTENCES = 3


def bare_nouns(draft: Draft) -> Iterator[Problem]:
    """``avoid`` lists things, not orders."""
    source = draft.storyboard.source
    for scene in generated(draft):
        path = origin(scene, "avoid")
        for i, entry in enumerate(scene.avoid):
            negated = _NEGATED.match(entry.strip())
            if negated:
                rest = entry.strip()[negated.end() :].strip()
                message = f"'{entry}' says no twice: the list itself means 'without'"
                hint = f"write only '{rest}'" if rest else "name the thing alone"
            elif _QUOTES.search(entry) or _INSTRUCTION.search(entry) or len(entry.split()) > 5:
                message = f"'{entry}' is not a bare noun"
                hint = "name the thing alone, without quotes and verbs"
            else:
                continue
            yield problem("VS202", source.where((*path, i)), message, hint)


def one_action(draft: Draft) -> Iterator[Problem]:
    """A chain of actions in one clip."""
    for scene in generated(draft):
        action = scene.action or ""
        steps, sentences = len(_STEP.findall(action)), len(_SENTENCE_END.findall(action.strip())) + 1
        if steps > 1 or sentences > _MOST_SENTENCES:
            told = f"{steps + 1} steps" if steps > 1 else f"{sentences} sentences"
            message = f"{told} in one clip: some will be skipped or blended"
            where = draft.storyboard.where(scene, "action")
            yield problem("VS203", where, message, "give each action its own scene, or use 'shots:'")


def long_prompts(draft: Draft) -> Iterator[Problem]:
    """A prompt near the limit. Beyond it the plan speaks."""
    for scene in generated(draft):
        tokens = estimate_tokens(compile_prompt(draft.storyboard, scene, scene.mode, extended=True))
        if TOKENS * 9 // 10 < tokens <= TOKENS:
            message = f"the prompt has about {tokens} tokens, the limit is {TOKENS:,}"
            where = draft.storyboard.where(scene)
            yield problem("VS204", where, message, "shorten the action or the descriptions")


def writing_in_the_picture(draft: Draft) -> Iterator[Problem]:
    """Text that the model is asked to write."""
    for scene in generated(draft):
        match = _WRITING.search(scene.action or "")
        if match:
            message = f"'{match[0]}': models misspell, and it would be burnt into the picture"
            where = draft.storyboard.where(scene, "action")
            yield problem("VS207", where, message, "use 'overlay:' or a 'card:' for what must be read")


RULES = (bare_nouns, one_action, long_prompts, writing_in_the_picture)
