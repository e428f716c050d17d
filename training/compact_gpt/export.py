"""From the trained network to the files that ship: weights as int8, ONNX as exporters give it for GPT-2, configuration, golden continuations."""

import json

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from .grammar import TONES
from .network import causal
from .prepare import asked, prompt

# Continuations of which another processor, which rounds otherwise, would hardly think otherwise.
DECIDED, SHORTEST, GOLDEN_TEXTS = 0.3, 12, 12
GOLDEN = [
    ("The train was two hours late again and nobody told us anything", "negative"),
    ("my new headphones broke after a week, so disappointed", "negative"),
    ("Ugh the app keeps crashing since the update", "negative"),
    ("waiting for my parcel since Monday @user", "negative"),
    ("The pizza was cold and the waiter was rude", "negative"),
    ("our dog died last night", "negative"),
    ("do you have a vegan menu?", "neutral"),
    ("When does the museum open on Sunday?", "neutral"),
    ("the new stadium will be opened on Friday http", "neutral"),
    ("Off to the conference tomorrow", "neutral"),
    ("I love the new album!!", "positive"),
    ("The concert was amazing, best night ever", "positive"),
    ("thank you so much for your help!", "positive"),
    ("can't wait for the festival this weekend", "positive"),
    ("Your staff were so kind to my mother today", "positive"),
    ("Why is the bus always late? So annoying", "negative"),
    ("I was charged twice for my subscription", "negative"),
    ("so happy with my new bike 😊", "positive"),
    ("is the library open today?", "neutral"),
    ("The film was boring, what a waste of time", "negative"),
    ("our flight got cancelled and the front desk was rude", "negative"),
    ("The washing machine is broken again", "negative"),
    ("so sick of the neighbours and the noise", "negative"),
    ("the referee was a disgrace tonight", "negative"),
    ("is there parking near the stadium?", "neutral"),
    ("just ordered the new camera", "neutral"),
    ("so proud of our team!", "positive"),
    ("Loved every minute of the exhibition", "positive"),
]


def round_weights(network):
    """Each row of each table to 255 steps of its own, as they ship."""
    with torch.no_grad():
        for weight in network.parameters():
            if weight.dim() == 2:
                steps, scale = _steps(weight.numpy())
                weight.copy_(torch.from_numpy(steps.astype(np.float32) * scale))


def _steps(values):
    scale = np.maximum(np.abs(values).max(1, keepdims=True), 1e-8).astype(np.float32) / 127
    return np.round(values / scale).astype(np.int8), scale


class _Exported(nn.Module):
    """With the inputs and outputs of GPT-2 as exporters give it: what was read before comes as keys and values."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, ids, mask, positions, *past):
        length, total = ids.shape[1], mask.shape[1]
        place = torch.arange(total)
        seen = (place.unsqueeze(0) <= (place[total - length:]).unsqueeze(1)) & (mask.unsqueeze(1).unsqueeze(1) > 0)
        unseen = torch.where(seen, torch.tensor(0.0), torch.tensor(-1e4))
        logits, present = self.network(ids, positions, unseen, list(zip(past[::2], past[1::2])))
        return (logits, *(part for layer in present for part in layer))


def export(network, path):
    """The network's weights must have been rounded."""
    network.eval()
    sizes = network.sizes
    pairs = [f"{layer}.{part}" for layer in range(sizes["layers"]) for part in ("key", "value")]
    past = [torch.zeros(2, sizes["heads"], 3, sizes["width"] // sizes["heads"]) for _ in pairs]
    inputs = ["input_ids", "attention_mask", "position_ids", *(f"past_key_values.{pair}" for pair in pairs)]
    outputs = ["logits", *(f"present.{pair}" for pair in pairs)]
    axes = {"input_ids": {0: "batch", 1: "length"}, "attention_mask": {0: "batch", 1: "total"}, "position_ids": {0: "batch", 1: "length"}, "logits": {0: "batch", 1: "length"}}
    axes |= {f"past_key_values.{pair}": {0: "batch", 2: "past"} for pair in pairs} | {f"present.{pair}": {0: "batch", 2: "total"} for pair in pairs}
    given = (torch.tensor([[5, 6], [7, 8]]), torch.ones(2, 5, dtype=torch.long), torch.tensor([[3, 4], [3, 4]]), *past)
    # Constants are left where they are, so that the embedding and the head share one table.
    torch.onnx.export(_Exported(network), given, str(path), input_names=inputs, output_names=outputs, opset_version=14, dynamic_axes=axes, do_constant_folding=False)
    model = onnx.load(str(path))
    _store_as_int8(model.graph)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _store_as_int8(graph):
    """A byte a number and a scale a row; whoever loads the file multiplies them once."""
    for weight in list(graph.initializer):
        if len(weight.dims) != 2 or weight.data_type != TensorProto.FLOAT:
            continue
        steps, scale = _steps(numpy_helper.to_array(weight))
        name = weight.name
        graph.initializer.remove(weight)
        graph.initializer.append(numpy_helper.from_array(steps, name + "_int8"))
        graph.initializer.append(numpy_helper.from_array(scale, name + "_scale"))
        graph.node.insert(0, helper.make_node("Mul", [name + "_float", name + "_scale"], [name]))
        graph.node.insert(0, helper.make_node("Cast", [name + "_int8"], [name + "_float"], to=TensorProto.FLOAT))


def config(network, tokenizer):
    sizes = network.sizes
    return json.dumps({
        "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "vocab_size": sizes["tokens"], "n_positions": sizes["positions"], "n_ctx": sizes["positions"],
        "n_embd": sizes["width"], "n_layer": sizes["layers"], "n_head": sizes["heads"], "n_inner": None, "activation_function": "gelu_new",
        "layer_norm_epsilon": 1e-5, "tie_word_embeddings": True, "bos_token_id": tokenizer.end, "eos_token_id": tokenizer.end}, indent=2) + "\n"


@torch.no_grad()
def write(network, tokenizer, text, label, tone, longest=70, choose=None):
    """The reply's tokens and by how much each was ahead of the second best. `choose` picks a token of the logits; without it, the best is taken."""
    network.eval()
    ids = prompt(tokenizer, text, label) + asked(tokenizer, tone)
    past, start, tokens, margins = None, 0, [], []
    while len(tokens) < longest:
        logits, past = network(torch.tensor([ids[start:]]), torch.arange(start, len(ids)).unsqueeze(0), causal(len(ids) - start, start), past)
        start = len(ids)
        best = logits[0, -1].topk(2)
        token = int(best.indices[0]) if choose is None else choose(logits[0, -1])
        margins.append(float(best.values[0] - best.values[1]))
        if token == tokenizer.end:
            break
        tokens.append(token)
        ids.append(token)
    return tokens, margins


def golden(network, tokenizer):
    """Prompts with what the best token at each step makes of them, up to where the choice is close."""
    found = []
    for text, label, tone in ((*post, tone) for tone in TONES for post in GOLDEN):
        tokens, margins = write(network, tokenizer, text, label, tone)
        decided = next((count for count, margin in enumerate(margins) if margin < DECIDED), len(tokens))
        # The end of the line is for whoever stops there.
        while decided and tokenizer.decode(tokens[:decided]).endswith("\n"):
            decided -= 1
        if min(decided, len(tokens)) >= SHORTEST:
            beginning = tokenizer.decode(prompt(tokenizer, text, label) + asked(tokenizer, tone))
            found.append({"prompt": beginning, "continuation": tokenizer.decode(tokens[:decided])})
    # Of all tones, if there are more than are needed.
    found = [found[place * len(found) // min(GOLDEN_TEXTS, len(found))] for place in range(min(GOLDEN_TEXTS, len(found)))]
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def sampler(seed, temperature=0.8, top_p=0.95):
    """Chooses as the worker does: of the likeliest tokens that together have `top_p`."""
    chance = torch.Generator().manual_seed(seed)

    def choose(logits):
        shares, order = (logits / temperature).softmax(0).sort(descending=True)
        kept = shares.cumsum(0) - shares < top_p
        return int(order[kept][torch.multinomial(shares[kept], 1, generator=chance)])

    return choose
