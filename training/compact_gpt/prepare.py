"""From the data's files to arrays of tokens: plain texts for the first stage, posts with replies for the second."""

import collections
import random

import numpy as np

from compact import corpus
from compact.texts import LABELS, normalise, rows

from . import grammar, posts
from .bpe import Tokenizer, learn

VOCABULARY, POST, MADE = 6000, 60, 52_000
# How much a token counts that is to be copied out of the post: of how to say it, the grammar leaves many ways open, of what, none.
COPIED = 4


def plain(data, folder):
    """What teaches English: conversations and tweets, each text closed by the end token, one behind the other."""
    tweets, dev = corpus.tweets(data, collections.Counter())
    corpus.check(tweets, dev)
    texts = [example.text for example in tweets]
    texts += ["\n".join(normalise(text) for text in (message, reply)) for _, message, reply in rows(data / "dialogues/train.tsv")]
    tokenizer = Tokenizer(learn(texts, VOCABULARY))
    tokenizer.write(folder)

    tokens = [[*tokenizer.encode(text), tokenizer.end] for text in texts]
    order = np.random.RandomState(1).permutation(len(tokens))
    stream = np.concatenate([np.array(tokens[index], np.int16) for index in order])
    print(f"{len(texts)} texts, {len(stream)} tokens, {sum(len(text) for text in texts) / len(stream):.2f} characters each", flush=True)
    np.save(folder / "plain.npy", stream)


def replies(data, folder):
    """Posts with a reply of each tone, as rows of what they share and of what each reply adds."""
    tweets, dev = corpus.tweets(data, collections.Counter())
    corpus.check(tweets, dev)
    tokenizer = Tokenizer.read(folder)
    things = posts.Things([example.text for example in tweets] + [normalise(text) for _, *both in rows(data / "dialogues/train.tsv") for text in both])
    _store(folder / "replies.npz", tokenizer, _rows(tweets, MADE, things, random.Random(4)))
    _store(folder / "dev.npz", tokenizer, _rows(dev, 500, things, random.Random(2)))


def _rows(tweets, made, things, chance):
    """Tweets and posts of our own: text, label, and what a reply needs to know."""
    found = [(tweet.text, LABELS[int(tweet.target)], *posts.read(tweet.text, LABELS[int(tweet.target)], things)) for tweet in tweets if posts.usable(tweet.text)]
    named, names = sorted({row[3] for row in found if row[3]}), sorted({row[4] for row in found if row[4]})
    # Of tweets that name nothing, as of neutral ones, there are more than are needed.
    found = [row for row in found if row[2] not in ("statement", "nice", "happy") or chance.random() < (0.5 if row[3] or row[4] else 0.2)]
    found += [posts.made(named, names, chance) for _ in range(made)]
    chance.shuffle(found)
    for text, label, kind, thing, name in found:
        yield text, label, [found for found in (thing, name) if found], [(tone, grammar.reply(kind, tone, thing, name, chance)) for tone in chance.sample(grammar.TONES, 4)]


def prompt(tokenizer, text, label):
    return tokenizer.encode(f"Post: {cut(tokenizer, text)}\nFeeling: {label}")


def asked(tokenizer, tone):
    return tokenizer.encode(f"\nTone: {tone}\nReply:")


def cut(tokenizer, text):
    """The words of a text that fit into POST tokens."""
    words = normalise(text).split(" ")
    while len(words) > 1 and len(tokenizer.encode(" " + " ".join(words))) > POST:
        words.pop()
    return " ".join(words)


def _store(file, tokenizer, made):
    """All tokens of a row one behind the other; `parts` is 0 for the post and then the number of the reply, `learned` says how much a token of a reply counts."""
    tokens, parts, learned, starts = [], [], [], [0]
    for text, label, things, answers in made:
        ids = prompt(tokenizer, text, label)
        tokens += ids
        parts += [0] * len(ids)
        learned += [0] * len(ids)
        for part, (tone, answer) in enumerate(answers, 1):
            before, after = asked(tokenizer, tone), [*tokenizer.encode(f" {answer}\n"), tokenizer.end]
            tokens += before + after
            parts += [part] * len(before + after)
            learned += [0] * len(before) + _weights(tokenizer, after, things)
        starts.append(len(tokens))
    print(f"{file.name}: {len(starts) - 1} posts, {len(tokens)} tokens, {sum(weight > 0 for weight in learned)} of them to be learned", flush=True)
    np.savez(file, tokens=np.array(tokens, np.int16), parts=np.array(parts, np.int8), learned=np.array(learned, np.int8), starts=np.array(starts))


def _weights(tokenizer, answer, things):
    weights = [1] * len(answer)
    for thing in things:
        wanted = tokenizer.encode(f" {thing}")
        for start in range(len(answer) - len(wanted) + 1):
            if answer[start:start + len(wanted)] == wanted:
                weights[start:start + len(wanted)] = [COPIED] * len(wanted)
    return weights
