"""From a scene's words to what is drawn: place, hour, weather, things and look.

What is spoken is not read: "the sea is not" makes no sea. Unknown words, of any script, give open country.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veo_story.backends.local.lexicon.looks import look_of
from veo_story.backends.local.lexicon.setting import Setting
from veo_story.backends.local.lexicon.vocabulary import best, contains, count, find, plain, vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from veo_story.backends.local.script import Script
