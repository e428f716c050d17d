"""
One network, trained in two stages: first on everything with all heads, then on tweets, the comments and the plain texts
with the sentiment head alone. Runs on one thread, so that two networks can be trained beside each other.
"""

import json
import math
import pathlib
import resource
import time

import numpy as np
import torch
from torch.nn import functional

from .corpus import HEADS
from .network import Network, pair_places
from .wordpiece import MASK

TASKS = ["none", "plain", "lexicon", *HEADS]


class Data:
    """The examples as arrays, as prepared once for all networks."""

    def __init__(self, folder, soft=None, sentences=None):
        stored = np.load(pathlib.Path(folder) / "examples.npz")
        self.pieces, self.starts = stored["pieces"], stored["starts"]
        self.lengths = np.diff(self.starts)
        self.task = torch.tensor(stored["task"])
        self.head = torch.tensor(stored["head"])
        self.target = torch.tensor(stored["target"])
        self.shares = torch.tensor(stored["shares"])
        self.tweets, self.dev, self.all = (int(stored[name]) for name in ("tweets", "dev", "all"))
        soft = stored["soft"] if soft is None else np.load(soft)
        self.soft, self.has_soft = torch.tensor(np.nan_to_num(soft)), torch.tensor(~np.isnan(soft[:, 0]))

        self.lexicon = torch.from_numpy(np.fromfile(pathlib.Path(folder) / "vader.f32", np.float32).reshape(-1, 4))
        self.encoded = None if sentences is None else np.load(sentences, mmap_mode="r")

    def sentences(self, rows):
        """What the sentence encoder made of the texts, if this network is to know."""
        return None if self.encoded is None else torch.from_numpy(self.encoded[rows].astype(np.float32))

    def ids(self, rows):
        """Texts of one length need no padding."""
        length = self.lengths[rows].max()
        ids = np.zeros((len(rows), length), np.int64)
        for place, row in enumerate(rows):
            ids[place, :self.lengths[row]] = self.pieces[self.starts[row]:self.starts[row + 1]]
        return torch.from_numpy(ids)

    def lesson(self, stage, chance):
        """The first stage reads everything, the second the tweets and, each time, another third of what else has shares of labels."""
        others = np.arange(self.tweets + self.dev, self.all)
        if stage == 2:
            others = others[(self.shares[others].sum(1) > 0).numpy() & (chance.rand(len(others)) < 1 / 3)]
        return np.concatenate([np.arange(self.tweets), others])

    def batches(self, rows, size, chance):
        rows, found = chance.permutation(rows), []
        for length in np.unique(self.lengths[rows]):
            same = rows[self.lengths[rows] == length]
            found += [same[start:start + size] for start in range(0, len(same), size)]
        chance.shuffle(found)
        return found


class Trainer:
    def __init__(self, data, network, recipe, seed, log):
        self.data, self.network, self.recipe, self.log = data, network, recipe, log
        self.chance = np.random.RandomState(seed)
        tweets = data.target[:data.tweets].long()
        self.balance = data.tweets / 3 / torch.bincount(tweets, minlength=3).float()
        self.average = None

    def run(self, stage, epochs, size, rate, average_from=2.0):
        """The mean of the weights over the last steps is what counts: it generalises better than the last ones do."""
        sparse = [self.network.embedding.weight, self.network.single.weight, self.network.pair.weight]
        ids = {id(weight) for weight in sparse}
        dense = [weight for weight in self.network.parameters() if id(weight) not in ids]
        optimizers = [torch.optim.AdamW(dense, lr=rate, betas=(0.9, 0.98), weight_decay=0.01), torch.optim.SparseAdam(sparse, lr=rate, betas=(0.9, 0.98))]
        self.network.train()
        planned = [batch for _ in range(math.ceil(epochs)) for batch in self.data.batches(self.data.lesson(stage, self.chance), size, self.chance)]
        planned = planned[:int(len(planned) * epochs / math.ceil(epochs))]
        started, total, averaged = time.time(), 0.0, 0
        for step, batch in enumerate(planned):
            now = rate * min(1, (step + 1) / (0.05 * len(planned) + 1)) * max(0.02, 1 - step / len(planned))
            for optimizer in optimizers:
                optimizer.zero_grad(set_to_none=True)
                for group in optimizer.param_groups:
                    group["lr"] = now
            # Batches of rare lengths are small; a step for them counts as much less.
            loss = self.loss(batch, stage) * (len(batch) / size)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(dense, 1.0)
            for optimizer in optimizers:
                optimizer.step()
            total += float(loss)
            if step >= average_from * len(planned) and step % 20 == 0:
                averaged += 1
                self._add_to_average(averaged)
            if (step + 1) % max(1, len(planned) // 6) == 0:
                passed = time.time() - started
                self.log(f"  stage {stage}: {100 * (step + 1) // len(planned)} %, loss {total / (step + 1):.4f}, dev recall {100 * self.recall():.2f}, "
                         f"{passed:.0f} s, {passed / (step + 1) * (len(planned) - step - 1):.0f} s left")
        if averaged:
            self.network.load_state_dict(self.average)
            self.log(f"  stage {stage}: mean of {averaged} weights, dev recall {100 * self.recall():.2f}")

    def _add_to_average(self, count):
        state = self.network.state_dict()
        if count == 1:
            self.average = {name: value.clone() for name, value in state.items()}
        else:
            for name, value in state.items():
                self.average[name].lerp_(value, 1 / count)

    def loss(self, batch, stage):
        data, recipe = self.data, self.recipe
        ids = data.ids(batch)
        mask = torch.ones_like(ids)
        ids = torch.where((torch.rand(ids.shape) < recipe["masked"]) & (ids > MASK) & (ids.shape[1] > 6), MASK, ids)
        rows = torch.from_numpy(batch)
        task, target, head = data.task[rows], data.target[rows], data.head[rows]
        summary = self.network.summarise(ids, mask, data.sentences(batch))
        logits = self.network.sentiment(ids, mask, summary)
        total = 0.0

        tweets = task == TASKS.index("sentiment")
        if tweets.any():
            total += functional.cross_entropy(logits[tweets], target[tweets].long(), weight=self.balance, reduction="sum")
        given = data.shares[rows].sum(1) > 0
        if given.any():
            total += recipe["given"] * functional.kl_div(logits[given].log_softmax(1), data.shares[rows][given], reduction="sum")
        soft = data.has_soft[rows]
        if soft.any():
            total += recipe["soft"][stage - 1] * functional.kl_div(logits[soft].log_softmax(1), data.soft[rows][soft], reduction="sum")
        if stage == 1:
            total += self._other_heads(summary, task, target, head, rows)
        total += 1e-5 * ((self.network.single(ids) ** 2).sum() + (self.network.pair(pair_places(ids)) ** 2).sum())
        return total / len(batch)

    def _other_heads(self, summary, task, target, head, rows):
        data, recipe, total = self.data, self.recipe, 0.0
        for name in HEADS:
            if name == "sentiment":
                continue
            if name == "lexicon_says":
                answer = self.network.heads[name](summary)
                total += recipe["lexicon"] * functional.smooth_l1_loss(answer, data.lexicon[rows], beta=0.3, reduction="sum") / 4
                continue
            chosen = (task == TASKS.index(name)) | ((task == TASKS.index("lexicon")) if name == "rating" else False)
            if not chosen.any():
                continue
            answer = self.network.heads[name](summary[chosen])
            if name == "rating":
                answer = answer.gather(1, head[chosen].long().unsqueeze(1)).squeeze(1)
                total += 3.0 * functional.smooth_l1_loss(answer, target[chosen].float(), beta=0.3, reduction="sum")
            else:
                total += 0.5 * functional.cross_entropy(answer, target[chosen].long(), reduction="sum")
        return total

    def recall(self):
        rows = np.arange(self.data.tweets, self.data.tweets + self.data.dev)
        labels = self.data.target[rows].long().numpy()
        found = predict(self.network, self.data, rows).argmax(1)
        return float(np.mean([(found[labels == label] == label).mean() for label in range(3)]))


@torch.no_grad()
def predict(network, data, rows, size=256):
    """Logits, computed in batches of one length."""
    network.eval()
    found = np.zeros((len(rows), 3), np.float32)
    order = np.argsort(data.lengths[rows], kind="stable")
    lengths = data.lengths[rows][order]
    for length in np.unique(lengths):
        same = order[lengths == length]
        for start in range(0, len(same), size):
            part = same[start:start + size]
            ids = data.ids(rows[part])
            found[part] = network(ids, torch.ones_like(ids), data.sentences(rows[part])).numpy()
    network.train()
    return found


def fit(folder, name, recipe, vectors, soft=None, start=None, sentences=None):
    """Trains a network and stores it with its logits for all examples."""
    folder = pathlib.Path(folder)
    # A job that forgets itself is ended, not the machine.
    resource.setrlimit(resource.RLIMIT_DATA, (8 << 30, 8 << 30))
    torch.set_num_threads(1)
    torch.manual_seed(recipe["seed"])
    data = Data(folder, soft, sentences)
    network = Network(torch.tensor(np.load(vectors)), **recipe["network"])
    if start is not None:
        network.load_state_dict(torch.load(start), strict=False)
    log = lambda line: print(f"{name}: {line.strip()}", flush=True)
    trainer = Trainer(data, network, recipe, recipe["seed"], log)
    rates, epochs = recipe["rates"], recipe["epochs"]
    if epochs[0]:
        trainer.run(1, epochs[0], 128, rates[0])
    if epochs[1]:
        trainer.run(2, epochs[1], 64, rates[1], average_from=0.4)
    torch.save(network.state_dict(), folder / f"{name}.pt")
    np.save(folder / f"{name}.logits.npy", predict(network, data, np.arange(data.all)))
    (folder / f"{name}.json").write_text(json.dumps({"recipe": recipe, "dev_recall": trainer.recall()}))
