"""Colours that can be read: contrast as WCAG measures it, and the nearest readable colour."""

import colorsys
import re

READABLE = 4.5


def contrast(one: str, other: str) -> float:
    """Between 1 (the same) and 21 (black on white); colours as `#rrggbb`."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, background: str, ratio: float = READABLE) -> str:
    """`colour`, or the nearest of its hue that stands out from `background` by `ratio`."""
    hue, light, saturation = colorsys.rgb_to_hls(*_parts(colour))
    step = -0.01 if _luminance(background) > 0.18 else 0.01
    while contrast(colour, background) < ratio and 0.0 <= light + step <= 1.0:
        light += step
        colour = _written(colorsys.hls_to_rgb(hue, light, saturation))
    return colour


def is_colour(text: str) -> bool:
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def _luminance(colour: str) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _written(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
