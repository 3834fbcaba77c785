"""The languages of the pages: each has a file of its own."""

from service.web.browser_files import ROOT

FOLDER = ROOT / "clients/lib/lang"


def languages() -> list[str]:
    """Korean, English, then every other language that has a file."""
    found = sorted(file.stem for file in FOLDER.glob("*.json"))
    return sorted(found, key=lambda language: {"ko": 0, "en": 1}.get(language, 2))
