"""
What a word piece means before any training: GloVe's vector of the word, and beside it one that fastText learns from our
own texts, which know the hashtags, emoji and slang that GloVe does not.
"""

import json
import subprocess

import numpy as np

from .wordpiece import SPECIAL, words


def learn(texts, tokenizer, size, folder, threads):
    """fastText's skipgram over word pieces, without its own subwords: a piece is one already."""
    corpus = folder / "pieces.txt"
    with open(corpus, "w", encoding="utf-8") as file:
        for text in texts:
            file.write(" ".join(tokenizer.pieces[index] for index in tokenizer.encode(text, 100)[1:-1]) + "\n")
    subprocess.run(["fasttext", "skipgram", "-input", corpus, "-output", folder / "pieces", "-dim", str(size), "-epoch", "6",
                    "-minCount", "1", "-maxn", "0", "-lr", "0.05", "-verbose", "1", "-thread", str(threads)], check=True)
    with open(folder / "pieces.vec", encoding="utf-8") as file:
        next(file)
        found = dict(_vector(line) for line in file)
    return _table(tokenizer, size, found.get)


def glove(path, tokenizer):
    """GloVe's 100 numbers for pieces that are words; a piece from within a word has the mean of the words that it ends."""
    with open(path, encoding="utf-8") as file:
        content = json.load(file)
    known, size = content["vectors"], content["dimensions"]
    ends = {}
    for rank, word in enumerate(list(known)[:150_000]):
        pieces = tokenizer.encode(word)[1:-1] if words(word) == [word] else []
        if len(pieces) > 1:
            ends.setdefault(tokenizer.pieces[pieces[-1]], []).append(np.array(known[word][:size], np.float32) / (1 + rank) ** 0.25)

    def find(piece):
        if piece in ends:
            return np.mean(ends[piece], axis=0)
        return np.array(known[piece][:size], np.float32) if piece in known else None

    return _table(tokenizer, size, find)


def _vector(line):
    fields = line.rstrip().split(" ")
    return fields[0], np.array(fields[1:], np.float32)


def _table(tokenizer, size, find):
    """One row a piece, all numbers about as large as each other; what is not known stays near zero."""
    table, known = np.zeros((len(tokenizer.pieces), size), np.float32), []
    for index, piece in enumerate(tokenizer.pieces):
        vector = None if piece in SPECIAL else find(piece)
        if vector is not None:
            table[index] = vector
            known.append(index)
    table[known] *= 0.35 / table[known].std()
    chance = np.random.RandomState(0)
    unknown = np.setdiff1d(np.arange(1, len(table)), known)
    table[unknown] = chance.normal(0, 0.05, (len(unknown), size))
    print(f"{len(known)} of {len(table)} pieces have a vector of {size}", flush=True)
    return table
