"""GPT-2's byte-level BPE: learning a vocabulary, cutting texts with it as the worker's ByteLevelPreTokenizer does, and its two files."""

import collections
import json
import re
import sys
import unicodedata

from compact.pairs import merge, merges

END = "<|endoftext|>"


def _class(*kinds):
    """The characters of these Unicode categories: Python's `re` has no \\p{L}."""
    codes = [code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code))[0] in kinds]
    ranges, start = [], codes[0]
    for before, code in zip(codes, codes[1:] + [None]):
        if code != before + 1:
            ranges.append(f"\\U{start:08x}-\\U{before:08x}")
            start = code
    return "".join(ranges)


_LETTERS, _NUMBERS = _class("L"), _class("N")
_PIECE = re.compile(f"'s|'t|'re|'ve|'m|'ll|'d| ?[{_LETTERS}]+| ?[{_NUMBERS}]+| ?[^\\s{_LETTERS}{_NUMBERS}]+|\\s+(?!\\S)|\\s+")


def _characters():
    """A character that can be seen for each byte, so that the files are texts."""
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return {byte: chr(byte if byte in seen else next(others)) for byte in range(256)}


_CHARACTERS = _characters()
_BYTES = {character: byte for byte, character in _CHARACTERS.items()}


def _visible(piece):
    return "".join(_CHARACTERS[byte] for byte in piece.encode())


def learn(texts, size, least=5):
    """Pairs in the order in which they are merged: as many as fit beside 256 bytes and the end of a text."""
    counts = collections.Counter(piece for text in texts for piece in _PIECE.findall(text))
    # Long ones are rows of signs, which nobody needs to spell.
    words = [(_visible(piece), count) for piece, count in sorted(counts.items()) if len(piece) <= 20]
    found, known = [], set()
    for pair, merged in merges([list(word) for word, _ in words], [count for _, count in words], lambda left, right: left + right, least):
        if merged not in known:
            known.add(merged)
            found.append(pair)
        if len(found) == size - 257:
            break
    return found


class Tokenizer:
    def __init__(self, pairs):
        self.pairs = [tuple(pair) for pair in pairs]
        self.tokens = [_CHARACTERS[byte] for byte in sorted(_CHARACTERS, key=lambda byte: _CHARACTERS[byte])]
        self.tokens += [left + right for left, right in self.pairs] + [END]
        self.end = len(self.tokens) - 1
        self._ids = {token: index for index, token in enumerate(self.tokens)}
        self._ranks = {pair: rank for rank, pair in enumerate(self.pairs)}
        self._pieces = {}

    def encode(self, text):
        return [index for piece in _PIECE.findall(text) for index in self._piece(piece)]

    def decode(self, ids):
        return b"".join(bytes(_BYTES[character] for character in self.tokens[index]) for index in ids if index != self.end).decode(errors="replace")

    def write(self, folder):
        (folder / "vocab.json").write_text(json.dumps({token: index for index, token in enumerate(self.tokens)}, ensure_ascii=False), encoding="utf-8")
        (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{left} {right}\n" for left, right in self.pairs), encoding="utf-8")

    @staticmethod
    def read(folder):
        lines = (folder / "merges.txt").read_text(encoding="utf-8").split("\n")[1:-1]
        return Tokenizer([line.split(" ") for line in lines])

    def _piece(self, piece):
        ids = self._pieces.get(piece)
        if ids is None:
            symbols = list(_visible(piece))
            while len(symbols) > 1:
                pair = min(zip(symbols, symbols[1:]), key=lambda found: self._ranks.get(found, len(self._ranks)))
                if pair not in self._ranks:
                    break
                symbols = merge(symbols, pair, pair[0] + pair[1])
            ids = self._pieces[piece] = [self._ids[symbol] for symbol in symbols]
        return ids
