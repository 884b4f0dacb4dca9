"""The two themes of aictui, beside those that come with Textual."""

from textual.theme import Theme

DARKROOM = Theme(
    name="darkroom",
    dark=True,
    primary="#e8ad4a",
    secondary="#7fb2c4",
    accent="#ff7a59",
    foreground="#e6e1d8",
    background="#14120f",
    surface="#1c1916",
    panel="#26221d",
    success="#8fbf6a",
    warning="#e8c34a",
    error="#e5645a",
    variables={
        "border": "#3a342c",
        "border-blurred": "#3a342c",
        "block-cursor-foreground": "#14120f",
        "block-cursor-background": "#e8ad4a",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-foreground": "#e6e1d8",
        "block-cursor-blurred-background": "#3d3426",
        "footer-key-foreground": "#e8ad4a",
        "input-selection-background": "#e8ad4a 35%",
        "scrollbar": "#3a342c",
        "scrollbar-hover": "#57503f",
        "scrollbar-active": "#e8ad4a",
        "scrollbar-background": "#1c1916",
        "scrollbar-corner-color": "#1c1916",
    },
)
"""Warm and dark, like the safelight of a darkroom."""

LIGHTBOX = Theme(
    name="lightbox",
    dark=False,
    primary="#14618f",
    secondary="#5b6b78",
    accent="#b3431e",
    foreground="#1d2327",
    background="#f7f7f4",
    surface="#eeeeea",
    panel="#e2e3df",
    success="#2f7d3b",
    warning="#9a6a00",
    error="#b3261e",
    variables={
        "border": "#c3c6c2",
        "border-blurred": "#c3c6c2",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-background": "#14618f",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-foreground": "#1d2327",
        "block-cursor-blurred-background": "#cfdde6",
        "footer-key-foreground": "#14618f",
        "input-selection-background": "#14618f 30%",
        "scrollbar": "#c3c6c2",
        "scrollbar-hover": "#a3a8a4",
        "scrollbar-active": "#14618f",
        "scrollbar-background": "#eeeeea",
        "scrollbar-corner-color": "#eeeeea",
    },
)
"""Bright and neutral, like the glass that slides are sorted on."""

THEMES = (DARKROOM, LIGHTBOX)
DEFAULT_THEME = DARKROOM.name
