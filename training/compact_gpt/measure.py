"""How well it writes, on posts of the development set: as numbers, and as samples that nobody chose."""

import collections
import math
import re

import torch

from compact import corpus
from compact.texts import LABELS

from . import grammar, posts
from .export import sampler, write
from .fit import Replies, losses

_WORDS = re.compile(r"[a-z]+")


@torch.no_grad()
def perplexity(network, file, rows=600):
    """Of the replies' tokens. The grammar's own chance is in it: of a dozen ways to say a thing, nobody can tell the next."""
    network.eval()
    lesson = Replies(file)
    total, count, step = 0.0, 0, 0
    while count < rows * 70:
        found = losses(network, *lesson.batch(step)[:-1])
        total, count, step = total + float(found.sum()), count + len(found), step + 1
    return math.exp(total / count)


def invented(answer, text):
    """The words of a reply that neither the grammar nor the post has: what the network took from nowhere."""
    known = grammar.words() | set(_WORDS.findall(text.lower()))
    return [word for word in _WORDS.findall(answer.lower()) if word not in known]


def samples(network, tokenizer, found, seed):
    """A sampled reply for each text and label, tones in turn."""
    for number, (text, label) in enumerate(found):
        tone = grammar.TONES[number % 4]
        tokens, _ = write(network, tokenizer, text, label, tone, choose=sampler(seed + number))
        yield text, label, tone, tokenizer.decode(tokens).strip()


def development(data, count, chance, things=("app", "train", "order", "coffee", "concert", "team", "phone", "hotel")):
    """Posts for development, half of them tweets and half made from patterns."""
    _, dev = corpus.tweets(data, collections.Counter())
    tweets = [(tweet.text, LABELS[int(tweet.target)]) for tweet in dev if posts.usable(tweet.text)]
    own = (posts.made([f"the {thing}" for thing in things], ["Kepler"], chance)[:2] for _ in range(count))
    return [next(own) if number % 2 else chance.choice(tweets) for number in range(count)]
