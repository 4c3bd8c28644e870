"""Staff write descriptions in Markdown; what reaches a page is cleaned HTML."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

RENDERER = MarkdownIt("commonmark", {"html": False, "breaks": True})
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "h2", "h3"}


def markdown(text: str) -> Markup:
    """HTML of a Markdown text with a few plain tags; anything else is dropped. Headings start at h3."""
    html = RENDERER.render(text or "").replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    html = html.replace("<h1>", "<h3>").replace("</h1>", "</h3>")
    return Markup(  # noqa: S704 - cleaned by nh3
        nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https", "http", "mailto", "tel"})
    )
