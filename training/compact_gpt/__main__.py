"""The whole way from data to the model that drafts replies. Each step is left out when its mark is there; see compact/steps.py."""

import argparse
import pathlib
import random
import time

import numpy as np
import torch

from compact.steps import step

from . import export, fit, measure, prepare
from .bpe import Tokenizer

# Rounds of each lesson: as many as there was time for when the model was made that ships.
ROUNDS = {"english": 1.4, "drafts": 0.69}
SIZES = {"positions": 160, "width": 256, "layers": 4, "heads": 8}


def main():
    parser = argparse.ArgumentParser(prog="training/train-gpt")
    for name in ("data", "work", "to"):
        parser.add_argument(f"--{name}", required=True, type=pathlib.Path)
    asked = parser.parse_args()
    work, started = asked.work, time.time()
    step("plain texts", work / "plain.npy", lambda: prepare.plain(asked.data, work))
    step("English", work / "english.pt", lambda: english(work))
    step("posts and replies", work / "replies.npz", lambda: prepare.replies(asked.data, work))
    step("drafts", work / "drafts.pt", lambda: drafts(work))
    ship(asked.data, work, asked.to)
    print(f"-- all in {(time.time() - started) / 60:.0f} minutes", flush=True)


def english(work):
    lesson = fit.PlainTexts(np.load(work / "plain.npy"))
    fit.fit(fit.new(Tokenizer.read(work), SIZES), lesson, int(ROUNDS["english"] * lesson.steps), 1.5e-3, work / "english.pt")


def drafts(work):
    lesson = fit.Mixed(fit.Replies(work / "replies.npz"), fit.PlainTexts(np.load(work / "plain.npy")))
    fit.fit(fit.new(Tokenizer.read(work), SIZES), lesson, int(ROUNDS["drafts"] * lesson.steps), 1.2e-3, work / "drafts.pt", work / "english.pt")


def ship(data, work, to):
    """The files of the model, and how good it is with the weights as they ship."""
    tokenizer = Tokenizer.read(work)
    network = fit.new(tokenizer, SIZES)
    network.load_state_dict(torch.load(work / "drafts.pt"))
    export.round_weights(network)
    export.export(network, to / "model.onnx")
    tokenizer.write(to)
    (to / "config.json").write_text(export.config(network, tokenizer), encoding="utf-8")
    (to / "golden.json").write_text(export.golden(network, tokenizer), encoding="utf-8")

    print(f"perplexity of the replies to posts for development: {measure.perplexity(network, work / 'dev.npz'):.2f}", flush=True)
    found = list(measure.samples(network, tokenizer, measure.development(data, 400, random.Random(3)), seed=1))
    wrong = sum(bool(measure.invented(answer, text)) for text, _, _, answer in found)
    print(f"{wrong} of {len(found)} sampled replies hold a word that neither the grammar nor the post has", flush=True)
    for text, label, tone, answer in found[:100]:
        print(f"[{label}, {tone}] {text}\n    {answer}", flush=True)


if __name__ == "__main__":
    main()
