"""Tables in Markdown and plots as SVG, both small enough to be read in a diff."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

WIDTH, HEIGHT, LEFT, TOP = 640, 320, 60, 40
COLORS = ("#888888", "#0b6bcb", "#c41c1c", "#1f7a1f", "#9a5b13", "#6b46c1")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose first column is text and all others are numbers."""
    ruler = ["---", *("---:" for _ in head[1:])]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, ruler, *rows))


@dataclass(frozen=True, slots=True)
class Plot:
    """Curves over a logarithmic axis from left to right; upwards also where the values are far apart."""

    name: str
    title: str
    curves: Mapping[str, Sequence[tuple[float, float]]]

    def svg(self) -> str:
        """Return the plot as a picture."""
        xs = [x for points in self.curves.values() for x, _ in points]
        ys = [y for points in self.curves.values() for _, y in points]
        far = min(ys) > 0 and max(ys) / min(ys) > 50  # noqa: PLR2004  on one scale, the small ones would be a line
        bottom = min(ys) if far else 0.0
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-size="11" role="img">',
            f"<title>{escape(self.title)}</title><style>text{{font-family:sans-serif}}</style>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            f'<text x="{LEFT}" y="18" font-size="13">{escape(self.title)}{", logarithmic" if far else ""}</text>',
        ]

        def place(x: float, y: float) -> tuple[float, float]:
            across = _share(log10(x), log10(min(xs)), log10(max(xs)))
            up = _share(log10(y), log10(bottom), log10(max(ys))) if far else _share(y, 0.0, max(ys))
            return LEFT + across * (WIDTH - LEFT - 220), HEIGHT - TOP - up * (HEIGHT - 2 * TOP)

        for x in sorted(set(xs)):
            at, _ = place(x, max(ys))
            parts.append(f'<text x="{at:.0f}" y="{HEIGHT - 20}" text-anchor="middle">{x:,.0f}</text>')
        for y in (bottom, max(ys)):
            _, at = place(xs[0], y)
            parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.0f}" text-anchor="end">{y:,.4g}</text>')
        for number, (name, points) in enumerate(self.curves.items()):
            color = COLORS[number % len(COLORS)]
            line = " ".join("{:.0f},{:.0f}".format(*place(x, y)) for x, y in points)
            parts.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>')
            label = TOP + 16 * number
            parts.append(f'<text x="{WIDTH - 205}" y="{label}" fill="{color}">{escape(name)}</text>')
        return "\n".join([*parts, "</svg>"]) + "\n"


def _share(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) if high > low else 0.5
