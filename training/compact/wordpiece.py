"""BERT's uncased WordPiece: learning a vocabulary, and cutting texts with it as every BERT tokenizer does."""

import collections
import unicodedata

from .pairs import merges

PAD, UNKNOWN, START, END, MASK = range(5)
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

_CJK = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
        (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))


def _is_punctuation(character):
    code = ord(character)
    return (33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126
            or unicodedata.category(character).startswith("P"))


def words(text):
    """Lower case without accents, cut at blanks and around punctuation."""
    cleaned = []
    for character in text:
        code, category = ord(character), unicodedata.category(character)
        if character in "\t\n\r" or category == "Zs":
            cleaned.append(" ")
        elif code == 0 or code == 0xFFFD or category in ("Cc", "Cf"):
            continue
        elif any(low <= code <= high for low, high in _CJK):
            cleaned.append(f" {character} ")
        else:
            cleaned.append(character)

    found, current = [], []
    for character in unicodedata.normalize("NFD", "".join(cleaned).lower()):
        if unicodedata.category(character) == "Mn":
            continue
        if character == " " or _is_punctuation(character):
            if current:
                found.append("".join(current))
                current = []
            if character != " ":
                found.append(character)
        else:
            current.append(character)
    if current:
        found.append("".join(current))
    return found


def learn(counts, size, alphabet=700, least=3):
    """A vocabulary of `size` pieces, made by merging the pair that is seen most often, again and again."""
    characters = collections.Counter()
    for word, count in counts.items():
        for character in word:
            characters[character] += count
    kept = {character for character, _ in characters.most_common(alphabet)}

    cut, frequency = [], []
    for word, count in counts.items():
        if len(word) <= 30 and all(character in kept for character in word):
            cut.append([word[0]] + ["##" + character for character in word[1:]])
            frequency.append(count)

    vocabulary = SPECIAL + sorted(kept) + sorted("##" + character for character in kept)
    known = set(vocabulary)
    for _, merged in merges(cut, frequency, lambda left, right: left + right[2:], least):
        if merged not in known:
            vocabulary.append(merged)
            known.add(merged)
        if len(vocabulary) >= size:
            break
    return vocabulary


class Tokenizer:
    def __init__(self, vocabulary):
        self.pieces = vocabulary
        self._ids = {piece: index for index, piece in enumerate(vocabulary)}
        self._words = {}

    def encode(self, text, longest=64):
        ids = [START]
        for word in words(text):
            ids += self._word(word)
        return ids[:longest - 1] + [END]

    def _word(self, word):
        ids = self._words.get(word)
        if ids is None:
            ids = self._words[word] = self._cut(word)
        return ids

    def _cut(self, word):
        if len(word) > 100:
            return [UNKNOWN]
        ids, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = self._ids.get(("##" if start else "") + word[start:end])
                if piece is not None:
                    break
            else:
                return [UNKNOWN]
            ids.append(piece)
            start = end
        return ids
