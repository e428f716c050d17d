"""
One stage of training, on one thread. Batches depend on nothing but the number of the step, so that a run that was cut off
goes on from its last checkpoint as if nothing had been.
"""

import math
import time

import numpy as np
import torch
from torch.nn import functional

from .network import Network, causal

SAVED_EVERY = 120
IGNORED = -100


class PlainTexts:
    """A stream of tokens in blocks; every token is to be foretold."""

    def __init__(self, tokens, length=128, size=24):
        blocks = len(tokens) // length
        self.blocks = torch.from_numpy(tokens[:blocks * length].astype(np.int64)).view(blocks, length)
        self.size, self.steps = size, blocks // size
        self.positions, self.unseen = torch.arange(length).unsqueeze(0), causal(length)

    def batch(self, step):
        epoch, place = divmod(step, self.steps)
        order = np.random.RandomState(epoch).permutation(len(self.blocks))
        ids = self.blocks[order[place * self.size:(place + 1) * self.size]]
        targets = torch.full_like(ids, IGNORED)
        targets[:, :-1] = ids[:, 1:]
        return ids, self.positions, self.unseen, targets, torch.ones_like(targets)


class Replies:
    """Posts, each read once for the replies of all tones, which do not see each other; only the replies are to be foretold."""

    def __init__(self, file, tokens=3600):
        stored = np.load(file)
        self.tokens, self.parts, self.learned, self.starts = (stored[name] for name in ("tokens", "parts", "learned", "starts"))
        # Rows of like length go together, so that little is filled up.
        order = np.argsort(np.diff(self.starts), kind="stable")
        self.batches, batch = [], []
        for row in order:
            length = self.starts[row + 1] - self.starts[row]
            if batch and (len(batch) + 1) * length > tokens:
                self.batches.append(batch)
                batch = []
            batch.append(row)
        self.batches.append(batch)
        self.steps = len(self.batches)

    def batch(self, step):
        epoch, place = divmod(step, self.steps)
        rows = self.batches[np.random.RandomState(epoch).permutation(self.steps)[place]]
        length = max(self.starts[row + 1] - self.starts[row] for row in rows)
        ids, parts = np.zeros((len(rows), length), np.int64), np.full((len(rows), length), -1)
        positions, targets, weights = np.zeros_like(ids), np.full_like(ids, IGNORED), np.zeros_like(ids)
        for place, row in enumerate(rows):
            span = slice(self.starts[row], self.starts[row + 1])
            count = span.stop - span.start
            ids[place, :count], parts[place, :count] = self.tokens[span], self.parts[span]
            weights[place, :count - 1] = self.learned[span][1:]
            targets[place, :count - 1] = np.where(weights[place, :count - 1] > 0, ids[place, 1:count], IGNORED)
            # Each reply stands behind the post, as if it were the only one.
            shared, begins = (parts[place, :count] == 0).sum(), np.searchsorted(parts[place, :count], parts[place, :count])
            positions[place, :count] = np.arange(count) - np.where(parts[place, :count] == 0, 0, begins - shared)
        of_query, of_key = parts[:, :, None], parts[:, None, :]
        seen = np.tril(np.ones((length, length), bool)) & ((of_key == 0) | (of_key == of_query))
        unseen = torch.from_numpy(np.where(seen, np.float32(0), np.float32(-1e4))).unsqueeze(1)
        return torch.from_numpy(ids), torch.from_numpy(positions), unseen, torch.from_numpy(targets), torch.from_numpy(weights)


class Mixed:
    """The replies, and every tenth step plain texts, so that words which no reply needs stay what they are."""

    def __init__(self, replies, plain):
        self.replies, self.plain = replies, plain
        self.steps = replies.steps * 10 // 9

    def batch(self, step):
        return self.plain.batch(step // 10) if step % 10 == 9 else self.replies.batch(step - step // 10)


def fit(network, lesson, steps, rate, file, started_from=None):
    """Trains with a warm-up and a rate that falls as a cosine, and stores the weights."""
    torch.set_num_threads(1)
    torch.manual_seed(1)
    matrices = [weight for weight in network.parameters() if weight.dim() == 2]
    others = [weight for weight in network.parameters() if weight.dim() != 2]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}], lr=rate, betas=(0.9, 0.98))
    checkpoint, first = file.with_suffix(".checkpoint"), 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["step"]
        print(f"  goes on at step {first}", flush=True)
    elif started_from is not None:
        network.load_state_dict(torch.load(started_from))

    network.train()
    began = saved = said = time.time()
    total, counted = 0.0, 0
    for step in range(first, steps):
        now = rate * min(1, (step + 1) / (0.03 * steps + 50)) * (0.02 + 0.98 * (1 + math.cos(math.pi * step / steps)) / 2)
        for group in optimizer.param_groups:
            group["lr"] = now
        optimizer.zero_grad(set_to_none=True)
        *batch, weights = lesson.batch(step)
        loss = (losses(network, *batch) * weights[batch[-1] != IGNORED]).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        total, counted = total + float(loss), counted + 1
        if time.time() - said > 30 or step == steps - 1:
            said = time.time()
            print(f"  step {step + 1} of {steps}, loss {total / counted:.3f}, {(said - began) / (step + 1 - first) * (steps - step - 1):.0f} s left", flush=True)
            total, counted = 0.0, 0
        if time.time() - saved > SAVED_EVERY:
            saved = time.time()
            # Renamed when it is whole: a run may end at any time.
            torch.save({"network": network.state_dict(), "optimizer": optimizer.state_dict(), "step": step + 1}, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").rename(checkpoint)
    torch.save(network.state_dict(), file)
    checkpoint.unlink(missing_ok=True)


def losses(network, ids, positions, unseen, targets):
    """How surprising each token is that is to be foretold. Products are of bfloat16, which is four times as fast as float32; weights and sums are not."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states, _ = network.read(ids, positions, unseen)
        wanted = targets != IGNORED
        logits = functional.linear(states[wanted], network.tokens.weight)
    return functional.cross_entropy(logits.float(), targets[wanted], reduction="none")


def new(tokenizer, sizes):
    torch.manual_seed(1)
    return Network(len(tokenizer.tokens), **sizes)
