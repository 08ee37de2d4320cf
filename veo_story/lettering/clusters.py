"""Where a text may be taken apart: clusters that belong together, and places where a line may end."""

from __future__ import annotations

from unicodedata import category, combining, east_asian_width

_JOINER = "\u200d"
_TIES = frozenset("\u00a0\u202f\u2060")
_NOT_AT_START = frozenset(
    "·•–—|!%),.:;?]}¢°’”†‡›»…‰′″℃、。〃々〕〉》」』】〙〗〛ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶーㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
    "・ゝゞヽヾ〜～！％），．：；？］｝｠｡｣､･ｧｨｩｪｫｬｭｮｯｰๆฯะาำๅ"
)
_NOT_AT_END = frozenset("$([{£¥‘“‹«〔〈《「『【〘〖〚＄（［｛｟｢￡￥เแโใไ")
_AFTER = frozenset("-–—/\u00ad\u200b|&·")
# Written without spaces; without a dictionary a line of them ends between any two clusters.
_UNSPACED = ((0x0E01, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF))


def clusters_of(text: str) -> list[str]:
    """Characters that are one for a reader: a letter with its marks, an emoji with all of its parts."""
    found: list[str] = []
    for sign in text:
        if found and _goes_on(found[-1], sign):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def pieces_of(text: str) -> list[str]:
    """The text cut wherever a line may end; white space stays at the end of its piece."""
    found: list[str] = []
    for cluster in clusters_of(text):
        if found and not _may_part(found[-1], cluster):
            found[-1] += cluster
        else:
            found.append(cluster)
    return found


def _goes_on(cluster: str, sign: str) -> bool:
    last, code = cluster[-1], ord(sign)
    if sign == "\u200b" or last.isspace():
        return False
    if category(sign) in ("Mn", "Me", "Mc") or sign in (_JOINER, "\u200c") or sign == "\u0e33":
        return True
    if 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F:
        return ord(cluster[0]) > 0x2000
    if _flag(sign):
        return len(cluster) == 1 and _flag(cluster)
    if last == _JOINER:
        return ord(cluster[0]) > 0x2000
    # A sign that takes a consonant's vowel ties it to the next one.
    return combining(last) == 9 and category(sign) == "Lo"


def _flag(sign: str) -> bool:
    return 0x1F1E6 <= ord(sign[0]) <= 0x1F1FF


def _may_part(before: str, cluster: str) -> bool:
    last, first = before[-1], cluster[0]
    if first.isspace() or last in _TIES or first in _NOT_AT_START or last in _NOT_AT_END:
        return False
    if last.isspace():
        return True
    if last in _AFTER:
        return not first.isdigit() and len(before) > 1
    return _wide(last) or _wide(first)


def _wide(sign: str) -> bool:
    code = ord(sign)
    if 0x1100 <= code <= 0x11FF or 0xAC00 <= code <= 0xD7A3:  # Korean has spaces between its words
        return False
    return east_asian_width(sign) in ("W", "F") or any(a <= code <= b for a, b in _UNSPACED)
