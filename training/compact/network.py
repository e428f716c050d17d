"""The networks: word pieces in, shares of negative, neutral and positive out. `gru` ships; `conv` is one of the teachers."""

import torch
from torch import nn

from .corpus import HEADS

BUCKETS = 1 << 18


class Pooling(nn.Module):
    """A text as the sum of its pieces, weighted by attention, beside the largest of each number."""

    def __init__(self, size):
        super().__init__()
        self.attention = nn.Sequential(nn.Linear(size, size), nn.Tanh(), nn.Linear(size, 1))

    def forward(self, states, mask):
        missing = mask < 0.5
        weights = self.attention(states).squeeze(-1).masked_fill(missing, -1e4).softmax(1)
        largest = states.masked_fill(missing.unsqueeze(-1), -1e4).max(1)[0]
        return torch.cat([(states * weights.unsqueeze(-1)).sum(1), largest], 1)


class Convolution(nn.Module):
    def __init__(self, size, dropout):
        super().__init__()
        self.gate = nn.Conv1d(size, 2 * size, 3, padding=1)
        self.norm = nn.LayerNorm(size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states, mask):
        mask = mask.unsqueeze(-1)
        gated = nn.functional.glu(self.gate((states * mask).transpose(1, 2)).transpose(1, 2), -1)
        return self.norm(states + self.dropout(gated)) * mask


class Network(nn.Module):
    def __init__(self, vectors, kind="gru", width=128, layers=1, dropout=0.2, input_dropout=0.3, sentences=0):
        super().__init__()
        pieces, size = vectors.shape
        self.kind = kind
        self.embedding = nn.Embedding.from_pretrained(vectors, freeze=False, padding_idx=0, sparse=True)
        self.input_dropout = nn.Dropout(input_dropout)
        if kind == "gru":
            self.gru = nn.GRU(size, width, layers, batch_first=True, bidirectional=True, dropout=dropout if layers > 1 else 0)
            states = 2 * width
        else:
            self.convolutions = nn.ModuleList([Convolution(size, dropout) for _ in range(layers)])
            states = size
        self.pooling = Pooling(states)
        # A teacher also sees what a sentence encoder makes of the whole text.
        self.sentence = nn.Sequential(nn.LayerNorm(sentences), nn.Dropout(input_dropout), nn.Linear(sentences, 192)) if sentences else None
        self.summary = nn.Sequential(nn.Dropout(input_dropout), nn.Linear(2 * states, 192), nn.GELU(), nn.Dropout(dropout))
        self.heads = nn.ModuleDict({task: nn.Linear(192, classes) for task, classes in HEADS.items()})
        # The wide part: what single pieces and pairs of neighbours say by themselves. Pairs share places by a hash.
        self.single = nn.Embedding(pieces, 3, sparse=True)
        self.pair = nn.Embedding(BUCKETS, 3, sparse=True)
        nn.init.zeros_(self.single.weight)
        nn.init.zeros_(self.pair.weight)

    def summarise(self, ids, mask, sentences=None):
        mask = mask.to(self.embedding.weight.dtype)
        states = self.input_dropout(self.embedding(ids)) * mask.unsqueeze(-1)
        if self.kind == "gru":
            states = self._read(states, mask)
        else:
            for convolution in self.convolutions:
                states = convolution(states, mask)
        dropout, linear, *rest = self.summary
        summary = linear(dropout(self.pooling(states, mask)))
        if self.sentence is not None:
            summary = summary + self.sentence(sentences)
        for layer in rest:
            summary = layer(summary)
        return summary

    def sentiment(self, ids, mask, summary):
        mask = mask.to(summary.dtype)
        singles = (self.single(ids) * mask.unsqueeze(-1)).sum(1)
        pairs = (self.pair(pair_places(ids)) * mask[:, 1:].unsqueeze(-1)).sum(1)
        return self.heads["sentiment"](summary) + (singles + pairs) / mask.sum(1, keepdim=True).sqrt()

    def forward(self, ids, mask, sentences=None):
        return self.sentiment(ids, mask, self.summarise(ids, mask, sentences))

    def _read(self, states, mask):
        # Texts of one length, as in training, need no packing, which takes three times as long.
        if self.training:
            return self.gru(states)[0]
        first = torch.zeros(2 * self.gru.num_layers, states.shape[0], self.gru.hidden_size, dtype=states.dtype)
        packed = nn.utils.rnn.pack_padded_sequence(states, mask.sum(1).long().cpu(), batch_first=True, enforce_sorted=False)
        return nn.utils.rnn.pad_packed_sequence(self.gru(packed, first)[0], batch_first=True, total_length=states.shape[1])[0]


def pair_places(ids):
    return (ids[:, :-1] * 32003 + ids[:, 1:] * 7919) % BUCKETS
