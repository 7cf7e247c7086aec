"""What a reader of a page can read, whatever the elements around it."""

import html
import re


def page_text(page):
    """The text of a page or of a part of it, without its elements."""
    return html.unescape(re.sub("<[^>]*>", "", page))
