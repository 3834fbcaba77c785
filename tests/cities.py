"""Small cities whose files differ: counters and windows that are added, stay or are removed."""

from pathlib import Path

HEAD = '[city]\nid = "town"\nname = { ko = "마을", en = "Town" }\n[holidays]\ncountry = "KR"\n'
OFFICE = """[[offices]]
id = "{id}"
kind = "dong"
name = {{ ko = "{id} 민원실", en = "{id} office" }}
hours = {{ mon = "09:00-18:00", tue = "09:00-18:00", wed = "09:00-18:00", thu = "09:00-18:00", fri = "09:00-18:00" }}
counters = [{counters}]
windows = [{windows}]
"""
BANDS = {"stays": (101, 999), "gone": (1001, 1999), "heir": (1001, 1003), "new": (2001, 2999)}
"""`heir` has taken over a part of the band of `gone`."""


def city_file(folder: Path, **offices: dict[int, list[str]]) -> Path:
    """A city of these offices, each given as window -> counters."""
    text = HEAD
    for id, windows in offices.items():
        served = sorted({counter for counters in windows.values() for counter in counters}, key=BANDS.__getitem__)
        counters = [
            f'{{ id = "{counter}", name = {{ ko = "{counter} 창구", en = "{counter} counter" }}, '
            f"numbers = [{BANDS[counter][0]}, {BANDS[counter][1]}], online = true }}"
            for counter in served
        ]
        listed = [f"{{ id = {id}, counters = {counters} }}".replace("'", '"') for id, counters in windows.items()]
        text += OFFICE.format(id=id, counters=", ".join(counters), windows=", ".join(listed))
    path = folder / "city.toml"
    path.write_text(text, "utf-8")
    return path
