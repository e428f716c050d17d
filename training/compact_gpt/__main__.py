"""The whole way from data to the model that drafts replies. Each step is left out when its mark is there; see compact/steps.py."""

import argparse
import pathlib
import time

import numpy as np

from compact.steps import step

from . import fit, prepare
from .bpe import Tokenizer

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
    print(f"-- all in {(time.time() - started) / 60:.0f} minutes", flush=True)


def english(work):
    lesson = fit.PlainTexts(np.load(work / "plain.npy"))
    fit.fit(fit.new(Tokenizer.read(work), SIZES), lesson, int(1.4 * lesson.steps), 1.5e-3, work / "english.pt")


def drafts(work):
    lesson = fit.Mixed(fit.Replies(work / "replies.npz"), fit.PlainTexts(np.load(work / "plain.npy")))
    fit.fit(fit.new(Tokenizer.read(work), SIZES), lesson, lesson.steps, 1.2e-3, work / "drafts.pt", work / "english.pt")


if __name__ == "__main__":
    main()
