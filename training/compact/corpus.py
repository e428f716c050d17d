"""
Everything the network learns from, as one list of examples, each with the task it belongs to.

No text of the development set, of the 2017 test set or of the plain texts under tests/ is among them: they are dropped
here, and `check` stops the training should one get through.
"""

import collections
import dataclasses
import pathlib
import sys

from . import plain
from .texts import LABELS, fingerprint, key, normalise, rows

HERE = pathlib.Path(__file__).parent.parent
REPOSITORY = HERE.parent

# Number of classes; a rating has a place for each group of raters, who had their own scale in mind.
HEADS = {"sentiment": 3, "rating": 5, "emoji": 20, "emotion": 4, "hate": 2, "irony": 2, "offensive": 2, "mood": 8, "lexicon_says": 4}
RATERS = ("tweets", "amazonReviewSnippets", "movieReviewSnippets", "nytEditorialSnippets", "lexicon")
MOODS = ("Angry", "Curious to dive deeper", "Disgusted", "Fearful", "Happy", "Neutral", "Sad", "Surprised")


@dataclasses.dataclass
class Example:
    task: str
    text: str
    target: float = 0
    head: int = 0
    # What the example says of negative, neutral and positive, where that is not one of them alone.
    shares: tuple = (0.0, 0.0, 0.0)


def load(data):
    """The tweets of the training and of the development set, and all other examples."""
    data, dropped = pathlib.Path(data), collections.Counter()
    train, dev = tweets(data, dropped)
    others = [*_auxiliary(data / "auxiliary"), *_dialogues(data / "dialogues"), *_lexicon()]

    forbidden = _forbidden(dev)
    others = _without(others, forbidden | {_same(example.text) for example in train}, dropped)
    others += _without([Example("plain", text, shares=shares) for text, shares in plain.generate(24_000, seed=1)], forbidden, dropped)
    check(train + others, dev)
    return train, dev, others, dict(dropped)


def tweets(data, dropped):
    """Those for training, without any that is for evaluation, and those for development."""
    train, dev = _tweets(data / "tweets/train.tsv"), _tweets(data / "tweets/dev.tsv")
    return _without(train, _forbidden(dev), dropped), dev


def check(examples, dev):
    held_out, forbidden = _held_out(), _forbidden(dev)
    for example in examples:
        if fingerprint(example.text) in held_out and len(key(example.text)) > 20:
            raise SystemExit(f"A tweet of the 2017 test set is among the training examples ({example.task}).")
        if example.task != "lexicon" and _same(example.text) in forbidden:
            raise SystemExit(f"A text for evaluation is among the training examples ({example.task}).")


def _tweets(path):
    return [Example("sentiment", normalise(text), LABELS.index(label)) for label, text in rows(path)]


def _auxiliary(folder):
    for task in ("emoji", "emotion", "hate", "irony", "offensive"):
        for target, text in rows(folder / f"{task}.tsv"):
            yield Example(task, normalise(text), int(target))
    for source, rating, text in rows(folder / "rated.tsv"):
        yield Example("rating", normalise(text), float(rating) / 4, RATERS.index(source))
    for (text,) in rows(folder / "unlabelled.tsv"):
        yield Example("none", normalise(text))


def _dialogues(folder):
    for mood, message, _ in rows(folder / "train.tsv"):
        yield Example("mood", normalise(message), MOODS.index(mood))


def _lexicon():
    """VADER's words with their mean ratings: the shortest texts of all."""
    for fields in rows(REPOSITORY / "SocialSentiment.Vader/Lexicon/vader_lexicon.txt"):
        yield Example("lexicon", normalise(fields[0]), float(fields[1]) / 4, RATERS.index("lexicon"))


def _forbidden(dev):
    plain_texts = [fields[2] for fields in rows(REPOSITORY / "tests/Evaluation/PlainTexts/plain-texts.tsv")]
    return {_same(example.text) for example in dev} | {_same(normalise(text)) for text in plain_texts}


def _same(text):
    """The key; where nothing but signs would be left of the text, the text itself."""
    return key(text) or text


def _held_out():
    packed = (HERE / "held-out.bin").read_bytes()
    return {packed[start:start + 6] for start in range(0, len(packed), 6)}


def _without(examples, forbidden, dropped):
    held_out, seen, kept = _held_out(), set(), []
    for example in examples:
        same = _same(example.text)
        if example.task != "lexicon" and same in forbidden:
            dropped["evaluation"] += 1
        elif len(same) > 20 and fingerprint(example.text) in held_out:
            dropped["2017 test set"] += 1
        elif (example.task, example.text) in seen:
            dropped["twice"] += 1
        else:
            seen.add((example.task, example.text))
            kept.append(example)
    return kept


if __name__ == "__main__":
    marks = {fingerprint(text) for (text, *_) in rows(sys.argv[1]) if key(text)}
    (HERE / "held-out.bin").write_bytes(b"".join(sorted(marks)))
