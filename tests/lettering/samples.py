"""Texts in many scripts, with letters that reach far above and below."""

from __future__ import annotations

PANGRAMS = {
    "accents": "ÅÉÑǺỄ çşğțų Übermäßig Ťhe quick brown fox jumps, jq{}|",
    "greek and cyrillic": "Ξεσκεπάζω τὴν ψυχοφθόρα Съешь ещё ЙЁ щуку",
    "arabic": "نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر ومغلف بجلد أزرق لآ ﷲ",
    "hebrew": "דג סקרן שט בים מאוכזב ולפתע מצא לו חברה שָׁלוֹם לְךָ",
    "chinese": "视野无限广，窗外有蓝天。「鸞鳳齊鳴」",
    "japanese": "いろはにほへとちりぬるを。ヴィッジュ、鬱蒼",
    "korean": "키스의 고유조건은 입술끼리 만나야 하고 뷁",
    "hindi": "ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश र्क ट्र कूँ",
    "thai": "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า ที่ปู่กู้ น้ำ ญู ฐุ",
    "emoji": "🌅👨‍👩‍👧‍👦🇩🇪👍🏽❤️1️⃣🏴󠁧󠁢󠁳󠁣󠁴󠁿♪→✓★",
    "no font has it": "ཀ \ue000 \U0010fffd 𐎀",
}
LONG = (
    "The keeper climbs the spiral stair, one hand on the cold iron rail, the lamp swinging so that "
    "her shadow runs ahead of her over the wet stones; far below the sea strikes the rocks and the "
    "whole tower hums. At the top she stops, breathes, wipes the salt from the glass with her "
    "sleeve, and looks out: no ship, no star, only the white of the breakers where the reef begins. "
    "She lights the wick, turns the brass key, and the great lens starts to move. Then, very small, "
    "another light answers from the dark. She counts under her breath, as her father did, and on "
    "seven the light comes back; she laughs."
)
