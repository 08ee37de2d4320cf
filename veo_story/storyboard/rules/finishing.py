"""Variants of a film and the files that are written of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from veo_story.storyboard.codes import problem
from veo_story.storyboard.manuscript import did_you_mean, one_of
from veo_story.storyboard.wanted import FIELD, FILM, Wanted, default_locale, made_from_film, wanted_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.errors import Problem
    from veo_story.storyboard.build import Draft
    from veo_story.storyboard.finish import Output

_FIELDS = ("film", "variant", "locale")
_OWN = frozenset(
    {
        *("film.json", "partial.mp4", "partial.json", "outputs.json", "delivered.json", "proofs.json"),
        *("heard.json", "qc.html", "ledger.sqlite", "ledger.sqlite-journal", "takes", "finished", "voices"),
    }
)
"""Names that the program itself uses in a film's folder."""
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
"""What some file system does not take in a name."""
_MOST_LETTERS = 150
_ENDINGS = {"mp4": (".mp4", ".m4v")}


def fields_of_names(draft: Draft) -> Iterator[Problem]:
    """Names with fields that nothing can be put in for."""
    board = draft.storyboard
    for output in board.finish.outputs:
        slip = _slip_of_field(draft, output)
        if slip is not None:
            yield problem("VS070", board.source.where((*output.path, "name")), *slip)


def _slip_of_field(draft: Draft, output: Output) -> tuple[str, str | None] | None:
    fields = FIELD.findall(output.name)
    known = one_of([f"{{{name}}}" for name in _FIELDS])
    for name in fields:
        if name not in _FIELDS:
            fix = did_you_mean(name, _FIELDS) or f"a name may hold {known}"
            return f"nothing can be put in for {{{name}}}", fix
    if set("{}") & set(FIELD.sub("", output.name)):
        return f"'{output.name}' has a brace without its other half", f"a name may hold {known}"
    if "variant" in fields and not any(v.enabled for v in draft.storyboard.finish.variants):
        message = "nothing can be put in for {variant}: no variant is enabled"
        return message, "add one to 'variants:', or leave {variant} out"
    if "locale" in fields and default_locale(draft.storyboard.later) is None:
        message = "nothing can be put in for {locale}: the film names no language"
        return message, "write 'locales: {default: en}', or leave {locale} out"
    return None


def names_of_files(draft: Draft) -> Iterator[Problem]:
    """Names that cannot be those of files in the film's folder."""
    board = draft.storyboard
    for output in board.finish.outputs:
        where = board.source.where((*output.path, "name"))
        # A slash is told by the shape; a field by the rule above.
        if "/" in output.name or "\\" in output.name or _slip_of_field(draft, output):
            continue
        if slip := _slip_of_name(output.name):
            yield problem("VS071", where, *slip)
        elif not output.name.lower().endswith(endings := _ENDINGS.get(output.kind, (f".{output.kind}",))):
            yield problem("VS072", where, *_slip_of_kind(output, endings[0]))


def _slip_of_name(name: str) -> tuple[str, str] | None:
    if name.lower() in _OWN:
        return f"'{name}' is a name that the program itself uses in this folder", "choose another name"
    if name.startswith(".") or name.endswith((".", " ")):
        return (
            f"'{name}' begins or ends like no ordinary file",
            "begin with a letter, end with .mp4 or the like",
        )
    if found := _FORBIDDEN.search(name):
        return f"'{name}' holds {found[0]!r}, which not every disk takes", "leave it out"
    if len(name.encode()) > _MOST_LETTERS:
        return f"the name is {len(name.encode())} bytes long, more than {_MOST_LETTERS}", "shorten it"
    return None


def _slip_of_kind(output: Output, ending: str) -> tuple[str, str]:
    kinds = ("mp4", "otio", "edl", "fcpxml", "srt", "vtt", "csv", "html", "png")
    last = output.name.rpartition(".")[2].lower()
    if "." in output.name and last in kinds:
        return f"'{output.name}' would be written as {output.kind}", f"write 'kind: {last}'"
    return f"'{output.name}' does not end with {ending}", f"call it '{output.name}{ending}'"


def limits_of_size(draft: Draft) -> Iterator[Problem]:
    """Limits on what has no size to speak of, and on the film itself."""
    board = draft.storyboard
    for output in board.finish.outputs:
        if output.max_mb is None:
            continue
        where = board.source.where((*output.path, "max_mb"), key=True)
        if output.kind != "mp4":
            yield problem(
                "VS073", where, f"only films can be made smaller, not {output.kind}", "leave it out"
            )
        elif output.name == FILM:
            message = f"'{FILM}' is the film as it was cut, and stays whole"
            fix = f"call the smaller one by another name: name: '{{film}}-{output.max_mb}mb.mp4'"
            yield problem("VS073", where, message, fix)


def same_files(draft: Draft) -> Iterator[Problem]:
    """Two outputs of one name, as far as disks tell names apart."""
    board = draft.storyboard
    seen: dict[str, Wanted] = {}
    for file in wanted_of(board):
        before = seen.setdefault(file.name.lower(), file)
        if before is not file and file.path:
            where = board.source.where((*file.path, "name"))
            yield problem("VS045", where, f"two outputs are called '{file.name}'", "rename one of them")


def variants_without_file(draft: Draft) -> Iterator[Problem]:
    """Variants that no output takes in."""
    board = draft.storyboard
    films = [output for output in board.finish.outputs if output.kind == "mp4"]
    if board.variant or not board.finish.outputs or any("{variant}" in output.name for output in films):
        return
    for variant in made_from_film(board.finish):
        if variant.aspect != board.render.aspect:
            where = board.source.where((*variant.path, "id"))
            message = (
                f"the variant '{variant.id}' is not written: no mp4 of 'outputs:' has {{variant}} in its name"
            )
            yield problem("VS218", where, message, 'add {name: "{film}-{variant}.mp4"}')


def variants_made_twice(draft: Draft) -> Iterator[Problem]:
    """Variants that are made anew in the shape that the film has already."""
    board = draft.storyboard
    for variant in () if board.variant else board.finish.variants:
        if variant.method == "regenerate" and variant.enabled and variant.aspect == board.render.aspect:
            where = board.source.where((*variant.path, "method"))
            message = f"the variant '{variant.id}' would be made anew as {variant.aspect}, as the film is"
            yield problem("VS219", where, message, "leave it out, or give it another aspect")


RULES = (
    fields_of_names,
    names_of_files,
    limits_of_size,
    same_files,
    variants_without_file,
    variants_made_twice,
)
