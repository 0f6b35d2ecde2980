"""Markdown as GitHub shows it, by the library that GitHub's own Markdown comes from."""

import cmarkgfm
from cmarkgfm.cmark import Options


def rendered(markdown):
    """Return the HTML of a comment or a summary; HTML in the Markdown is let through, as GitHub does."""
    return cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE)
