"""The escapes of XML that every writer of text needs. Each looks before it replaces: most texts have nothing to escape."""

from __future__ import annotations


def escaped(text: str) -> str:
    """Escape what would be markup: `&`, `<`, `>`."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    return text.replace(">", "&gt;") if ">" in text else text


def in_text(text: str) -> str:
    """Escape the text of an element, so that a parser gives it back as it is."""
    if "&" in text or "<" in text or ">" in text or "\r" in text:
        return escaped(text).replace("\r", "&#13;")
    return text
