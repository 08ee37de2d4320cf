"""People and scenes for the tests of the cast."""

from __future__ import annotations

from veo_story.backends.local.script import Beat, CameraWords, Line, Person, Script
from veo_story.backends.local.world.stage import Stage

WIDE = Stage(foot=0.9, tall=0.58, horizon=0.55, indoors=False, aspect=16 / 9)
UPRIGHT = Stage(foot=0.88, tall=0.40, horizon=0.55, indoors=False, aspect=9 / 16)

MIRA = Person(
    "mira",
    "Mira",
    "a woman in her early sixties, silver hair in a short braid, weathered freckled face",
    "navy wool pea coat with tarnished brass buttons",
)
TOMAS = Person(
    "tomas",
    "Tomas",
    "a man of about thirty, cropped black hair, broken nose",
    "oil-stained canvas work jacket, red neckerchief",
)
YANN = Person(
    "yann",
    "Yann",
    "a man in his fifties, sun-creased face, grey stubble",
    "faded blue linen shirt, straw hat",
)
NOOR = Person(
    "noor",
    "Noor",
    "a woman in her thirties with curly dark hair and round glasses",
    "mustard cardigan over a white shirt, green lanyard",
)
LENA = Person("lena", "Lena", "a girl of eight with a red ponytail", "yellow raincoat, red rubber boots")
GUS = Person("gus", "Gus", "an old fisherman with a white beard", "orange oilskin coat and a knitted cap")
AMARA = Person("amara", "Amara", "a tall young Nigerian woman, hair in a bun", "long green dress")
BARON = Person(
    "baron", "Baron Krull", "a stout old man with a handlebar moustache", "black suit, top hat, red bow tie"
)
MERLIN = Person(
    "merlin", "Merlin", "an old wizard with a long white beard", "purple robe and a pointed hat, staff"
)
KAI = Person("kai", "Kai", "a teenage boy, blond, skinny", "grey hoodie, blue jeans")
AGNES = Person("agnes", "Sister Agnes", "an elderly nun", "black robe, white headscarf")
PAOLO = Person("paolo", "Paolo", "a plump Italian chef with a moustache", "white shirt, red apron")
RUST = Person("rust", "Rust", "a red fox")
BOLT = Person("bolt", "B-7", "a small rusty robot")
UNSAID = CameraWords()

PEOPLE = (MIRA, TOMAS, YANN, NOOR, LENA, GUS, AMARA, BARON, MERLIN, KAI, AGNES, PAOLO)


def scene(
    action: str,
    *people: Person,
    seconds: float = 8,
    lines: tuple[Line, ...] = (),
    camera: CameraWords = UNSAID,
) -> Script:
    return Script(
        seconds, prompt=action, people=people, beats=(Beat(0.0, seconds, action, camera),), lines=lines
    )


def line(who: Person, text: str, start: float, length: float) -> Line:
    return Line(who.id, who.name, text, start, length)
