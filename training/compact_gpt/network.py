"""GPT-2's architecture: word and position embeddings, blocks of attention and a wider layer, the embedding again as the head."""

import torch
from torch import nn
from torch.nn import functional


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention, self.projection = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, states, unseen, past=None):
        batch, length, width = states.shape
        query, key, value = (part.view(batch, length, self.heads, width // self.heads).transpose(1, 2)
                             for part in self.attention(self.first(states)).split(width, 2))
        if past is not None:
            key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
        weights = query @ key.transpose(2, 3) * (width // self.heads) ** -0.5 + unseen
        mixed = (weights.softmax(3) @ value).transpose(1, 2).reshape(batch, length, width)
        states = states + self.projection(mixed)
        return states + self.narrow(functional.gelu(self.wide(self.second(states)), approximate="tanh")), (key, value)


class Network(nn.Module):
    def __init__(self, tokens, positions, width, layers, heads):
        super().__init__()
        self.sizes = {"tokens": tokens, "positions": positions, "width": width, "layers": layers, "heads": heads}
        self.tokens, self.positions = nn.Embedding(tokens, width), nn.Embedding(positions, width)
        self.blocks = nn.ModuleList([Block(width, heads) for _ in range(layers)])
        self.last = nn.LayerNorm(width)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                # As GPT-2 does: what is added up over the layers begins smaller.
                nn.init.normal_(weight, 0, 0.02 / (2 * layers) ** 0.5 if "projection" in name or "narrow" in name else 0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(weight)

    def read(self, ids, positions, unseen, past=None):
        """The states after the last block. `unseen` is added to what attention weighs: zero, or very little where a token may not look."""
        states = self.tokens(ids) + self.positions(positions)
        present = []
        for index, block in enumerate(self.blocks):
            states, kept = block(states, unseen, None if past is None else past[index])
            present.append(kept)
        return self.last(states), present

    def forward(self, ids, positions, unseen, past=None):
        states, present = self.read(ids, positions, unseen, past)
        return functional.linear(states, self.tokens.weight), present


def causal(length, past=0):
    return torch.full((length, past + length), -1e4).triu(past + 1)
