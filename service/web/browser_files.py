"""Where the browser code lies, and what of it is served."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
"""Where clients/ and display/ lie: the checkout, or site-packages."""

SERVED = {".css", ".ico", ".js", ".json", ".png", ".svg", ".webmanifest", ".woff2"}
