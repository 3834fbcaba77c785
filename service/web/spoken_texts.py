"""The texts that pages read aloud: the kiosk's own, and the names of what the city's offices do."""

import json
import re

from service.domain.office import City
from service.voice.clip_set import LANGUAGES
from service.web.languages import FOLDER

ALOUD = ("kiosk.", "wait.", "served.", "common.nobody", "common.left")
"""Keys of texts that a page reads aloud begin so."""
NOT_ALOUD = ("kiosk.setup.", "kiosk.receipt.")
"""What only staff see, and what stands on paper."""

PLACE = re.compile(r"\{\w+\}")


def spoken_texts(city: City) -> dict[str, list[str]]:
    """By language, each once. A text with places is several: what is in a place is said with other clips."""
    spoken = {}
    for language in LANGUAGES:
        words = json.loads((FOLDER / f"{language}.json").read_bytes())
        templates = [text for key, text in words.items() if key.startswith(ALOUD) and not key.startswith(NOT_ALOUD)]
        plain = [form for text in templates for form in (text.values() if isinstance(text, dict) else [text])]
        names = [counter.name.model_dump()[language] for office in city.offices for counter in office.counters]
        parts = [part.strip() for text in (*plain, *names) for part in PLACE.split(text)]
        spoken[language] = list(dict.fromkeys(part for part in parts if any(map(str.isalnum, part))))
    return spoken
