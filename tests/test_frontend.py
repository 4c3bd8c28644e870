"""What the front end is built from: every icon and every class of our own is in use."""

import re
from pathlib import Path

from portal.config import PROJECT

FRONTEND = PROJECT / "frontend"
ALERTS = {"success", "warning", "error", "info"}  # named by their kind: ui.alert and flashed messages


def texts(*folders: Path, endings: set[str]) -> str:
    """Every source text in those folders."""
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in endings]
    return "\n".join(path.read_text(encoding="utf-8") for path in files if "build" not in path.parts)


def test_every_icon_is_named_by_a_template() -> None:
    [listed] = re.findall(r"const ICONS = \[(.*?)\]", (FRONTEND / "build.mjs").read_text(), re.DOTALL)
    icons = set(re.findall(r"'([a-z-]+)'", listed))
    templates = texts(PROJECT / "portal" / "templates", endings={".html"})
    named = set(re.findall(r"icon\('([a-z-]+)'\)|icon='([a-z-]+)'|#([a-z-]+)\"></use>", templates))
    assert icons == {name for found in named for name in found if name} | ALERTS


def test_every_class_of_our_own_is_in_use() -> None:
    style = texts(FRONTEND / "theme", endings={".scss"})
    style = re.sub(r"//.*|@include [\w.-]+|@use .*|/\*.*?\*/|\"[^\"]*\"|url\([^)]*\)", "", style)
    classes = set(re.findall(r"\.([a-z][a-z0-9_-]*)", style))
    used = texts(PROJECT / "portal", FRONTEND / "scripts", endings={".html", ".py", ".js"})
    words = set(re.findall(r"[a-z][a-z0-9_-]*", used))
    made = ("alert-", "badge-", "button-", "room-net-", "form-radio", "col-", "houses-")  # a macro puts the kind last
    unused = {name for name in classes - words if not name.startswith(made)}
    assert unused == set()
