"""The push figures of all peers as one SVG chart."""

import statistics
from html import escape
from pathlib import Path

from tests.bench.report import Report

FIGURES = (
    "time to the last, ms",
    "CPU a message, µs",
    "connections a second",
    "memory a connection, KB",
)
WIDTH, NAME, BAR, ROW, GAP = 720, 170, 400, 24, 44


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def draw(report: Report, path: Path) -> None:
    """A bar for each peer and figure: the median, ours in colour."""
    parts, y = [], 30
    for figure in FIGURES:
        of = report.figures.get(figure)
        if not of:
            continue
        medians = {whose: statistics.median(values) for whose, values in of.items()}
        widest = max(medians.values()) or 1
        parts.append(f'<text x="0" y="{y}" class="figure">{escape(figure)}</text>')
        for whose, value in medians.items():
            y += ROW
            kind = "ours" if whose == "Sunbeon" else "peer"
            length = max(1, value / widest * BAR)
            parts.append(
                f'<text x="{NAME - 10}" y="{y}" text-anchor="end">{escape(whose)}</text>'
                f'<rect x="{NAME}" y="{y - 13}" width="{length:.0f}" height="16" class="{kind}"/>'
                f'<text x="{NAME + length + 8:.0f}" y="{y}">{_short(value)}</text>'
            )
        y += GAP
    style = (
        "text{font:14px 'Noto Sans KR',sans-serif;fill:#1c2430}.figure{font-weight:600}"
        ".ours{fill:#0b6e4f}.peer{fill:#a9b4c2}"
    )
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y - GAP + 14}" role="img">'
        f"<title>{escape(report.title)}</title><style>{style}</style>"
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )
