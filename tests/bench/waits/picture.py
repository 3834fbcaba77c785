"""Bar charts as SVG, in the manner of tests/bench/chart.py."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

WIDTH, NAME, BAR, ROW, TOP = 720, 190, 440, 24, 44
STYLE = (
    "text{font:14px 'Noto Sans KR',sans-serif;fill:#1c2430}.title{font-weight:600}"
    ".ours{fill:#0b6e4f}.peer{fill:#a9b4c2}.aim{fill:#dcefe7}"
)


class Bar(NamedTuple):
    name: str
    value: float
    text: str
    ours: bool = True


def draw(path: Path, title: str, bars: Sequence[Bar], aim: tuple[float, float] | None = None) -> None:
    """Writes a chart. `aim`: between which values the bars should end."""
    widest = max([bar.value for bar in bars] + ([aim[1]] if aim else [])) or 1.0
    height = TOP + ROW * len(bars)
    parts = [f'<text x="0" y="20" class="title">{escape(title)}</text>']
    if aim:
        left, right = (NAME + value / widest * BAR for value in aim)
        parts.append(f'<rect x="{left:.0f}" y="30" width="{right - left:.0f}" height="{height - 34}" class="aim"/>')
    for i, bar in enumerate(bars):
        y, length = TOP + ROW * i + 6, max(1, bar.value / widest * BAR)
        parts.append(
            f'<text x="{NAME - 10}" y="{y}" text-anchor="end">{escape(bar.name)}</text>'
            f'<rect x="{NAME}" y="{y - 13}" width="{length:.0f}" height="16" class="{"ours" if bar.ours else "peer"}"/>'
            f'<text x="{NAME + length + 8:.0f}" y="{y}">{escape(bar.text)}</text>'
        )
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n',
        "utf-8",
    )
