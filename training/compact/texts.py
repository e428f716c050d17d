"""How a text is cleaned before anything else, and how two texts are recognised as the same."""

import hashlib
import html
import re

LABELS = ("negative", "neutral", "positive")

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MENTION = re.compile(r"(?<![A-Za-z0-9_])@[A-Za-z0-9_]+")
_WHITE_SPACE = re.compile(r"\s+")
_NOT_ALPHANUMERIC = re.compile(r"[^a-z0-9]+")


def normalise(text):
    """What TweetNormalizer.cs does for `compact`; the network never sees anything else."""
    text = html.unescape(text)
    text = _LINK.sub("http", text)
    text = _MENTION.sub("@user", text)
    return _WHITE_SPACE.sub(" ", text).strip()


def key(text):
    """Texts with the same key count as one: case, punctuation, emoji, links and mentions do not tell them apart."""
    text = normalise(text).lower().replace("@user", "").replace("http", "")
    return _NOT_ALPHANUMERIC.sub("", text)


def fingerprint(text):
    """Six bytes that stand for a text's key, for lists of texts that may not be kept themselves."""
    return hashlib.sha256(key(text).encode()).digest()[:6]


def rows(path):
    """The fields of a file's lines, which are separated by tabs."""
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n").split("\t")
