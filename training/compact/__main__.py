"""
The whole way from data to the shipped model. Each step writes a file and is left out when its file is there.

Two networks learn at a time, each on one thread, in processes of their own.
"""

import argparse
import multiprocessing
import pathlib
import time

import numpy as np
import torch

from . import export, fit, prepare
from .network import Network
from .steps import step

# What differs between networks is written where they are made; this is what they share.
SHARED = {"masked": 0.1, "given": 1.0, "lexicon": 4.0, "soft": [1.0, 2.0], "rates": [1e-3, 8e-4], "epochs": [1, 6]}
GRU = {"kind": "gru", "width": 128, "layers": 1}
CONVOLUTIONS = {"kind": "conv", "layers": 2}
TEACHERS = ("gru-teacher", "conv-teacher")
STUDENTS = ("student-1", "student-2")


def main():
    parser = argparse.ArgumentParser(prog="training/train")
    for name in ("data", "sources", "work", "to"):
        parser.add_argument(f"--{name}", required=True, type=pathlib.Path)
    asked = parser.parse_args()
    multiprocessing.set_start_method("spawn")

    work, started = asked.work, time.time()
    step("arrays", work / "examples.npz", lambda: prepare.prepare(asked.data, asked.sources, work))
    step("what the sentence encoder says", work / "sentences.npy", lambda: prepare.encode(asked.sources, work))
    networks(work, {
        "gru": {"recipe": {"seed": 1, "network": GRU, "epochs": [1, 0]}},
        "conv": {"recipe": {"seed": 2, "network": CONVOLUTIONS, "epochs": [1, 0]}},
    })
    networks(work, {
        "gru-teacher": {"recipe": {"seed": 3, "network": GRU | {"sentences": prepare.SENTENCE}, "epochs": [0, 6]}, "start": "gru.pt", "sentences": "sentences.npy"},
        "conv-teacher": {"recipe": {"seed": 4, "network": CONVOLUTIONS | {"sentences": prepare.SENTENCE}, "epochs": [0, 6]}, "start": "conv.pt", "sentences": "sentences.npy"},
    })
    step("what the teachers say", work / "soft.npy", lambda: prepare.teach(work, TEACHERS))
    networks(work, {"student": {"recipe": {"seed": 5, "network": GRU, "epochs": [2, 0]}, "start": "gru.pt", "soft": "soft.npy"}})
    # From the same weights, so that the mean of what they become is a network too.
    networks(work, {name: {"recipe": {"seed": seed, "network": GRU, "epochs": [0, 8]}, "start": "student.pt", "soft": "soft.npy"} for seed, name in enumerate(STUDENTS, 6)})
    ship(work, asked.to)
    print(f"-- all in {(time.time() - started) / 60:.0f} minutes; now: tests/evaluate --write", flush=True)


def networks(work, wanted):
    """Each in a process and on a thread of its own, side by side."""
    running = []
    for name, how in wanted.items():
        # Written last, so a network that was cut off is trained again.
        if (work / f"{name}.json").exists():
            print(f"-- {name}: there already", flush=True)
            continue
        files = {key: work / how[key] for key in ("start", "soft", "sentences") if key in how}
        recipe = SHARED | how["recipe"]
        process = multiprocessing.Process(target=fit.fit, args=(work, name, recipe, work / "vectors.npy"), kwargs=files)
        process.start()
        running.append(process)
    for process in running:
        process.join()
        if process.exitcode:
            raise SystemExit("A network could not be trained; its last words are above.")


def ship(work, to):
    """The mean of the students' weights, balanced on the tweets for training and calibrated on those for development, as the files of the model."""
    states = [torch.load(work / f"{name}.pt") for name in STUDENTS]
    mean = {name: sum(state[name] for state in states) / len(states) for name in states[0]}
    network = Network(torch.tensor(np.load(work / "vectors.npy")), **GRU)
    network.load_state_dict(mean)

    data = fit.Data(work)
    train, dev = np.arange(data.tweets), np.arange(data.tweets, data.tweets + data.dev)
    bias = export.balance(fit.predict(network, data, train), data.target[train].numpy())
    temperature = export.temperature(fit.predict(network, data, dev) + bias, data.target[dev].long())
    export.calibrate(network, bias, temperature)
    print(f"bias {np.round(bias, 2)}, temperature {temperature:.2f}", flush=True)

    vocabulary = (work / "vocab.txt").read_text(encoding="utf-8")
    export.export(network, to / "model.onnx")
    (to / "vocab.txt").write_text(vocabulary, encoding="utf-8")
    (to / "golden.json").write_text(export.golden(network, vocabulary.splitlines()), encoding="utf-8")


if __name__ == "__main__":
    main()
