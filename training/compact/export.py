"""From a trained network to the files that ship: ONNX with small weights, vocabulary, configuration, golden texts."""

import json
import pathlib

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from .texts import LABELS, normalise
from .wordpiece import Tokenizer

# Some easy ones, some with letters, signs and forms that tokenizers differ over. Those that the network is undecided about
# are left out when it ships: another processor may decide otherwise.
GOLDEN = [
    "I love this so much!!! 😍😍",
    "worst customer service ever, never buying from @Acme again",
    "The meeting is at 3pm on Tuesday.",
    "not bad at all, actually pretty good",
    "I don't like it.",
    "I can't say I'm not happy :)",
    "@user123 check this out https://t.co/abc123",
    "Great, another delay. Thanks @airline 🙄",
    "meh",
    "",
    "   ",
    "Café déjà vu naïve ÀÉÎ",
    "I'm so sad 😢 my dog died",
    "Happy birthday!!! 🎂🎉",
    "WTF is wrong with you people",
    "Apple announces new iPhone with 128GB storage",
    "#MondayMotivation let's gooooo 💪🏽",
    "漢字 tweet 中文",
    "email me at foo@bar.com www.example.com",
    "The movie was okay, nothing special",
    "This update broke everything. Uninstalling.",
    "Thank you so much for the quick reply, you guys rock",
    "Is anyone else having trouble logging in?",
    "I hate mondays",
    "RT @bbc: Breaking news: fire in downtown http://bbc.in/xyz",
    "it's not good",
    "it's not terrible",
    "I would not recommend this to anyone",
    "could not be happier with my purchase",
    "x" * 120,
]
DECIDED = 0.3


def export(network, path):
    """`input_ids` and `attention_mask` to `logits`, for any number of texts of any length."""
    network.eval()
    ids = torch.tensor([[2, 51, 1342, 1287, 3], [2, 51, 3, 0, 0]])
    mask = (ids != 0).long()
    torch.onnx.export(network, (ids, mask), str(path), input_names=["input_ids", "attention_mask"], output_names=["logits"], opset_version=14,
                      dynamic_axes={"input_ids": {0: "batch", 1: "length"}, "attention_mask": {0: "batch", 1: "length"}, "logits": {0: "batch"}})
    model = onnx.load(str(path))
    _store_tables_as_int8(model.graph)
    _store_weights_as_fp16(model.graph)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _store_tables_as_int8(graph, rows=1000):
    """Tables that are looked up take a byte a number and a scale a row: they are nearly all of the file."""
    weights = {weight.name: weight for weight in graph.initializer}
    stored = {}
    for node in list(graph.node):
        table = weights.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or len(table.dims) != 2 or table.dims[0] < rows:
            continue
        name = table.name.replace(".", "_")
        if name not in stored:
            stored[name] = table
            values = numpy_helper.to_array(table).astype(np.float32)
            scale = np.maximum(np.abs(values).max(1, keepdims=True), 1e-8) / 127
            graph.initializer.append(numpy_helper.from_array(np.round(values / scale).astype(np.int8), name + "_int8"))
            graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), name + "_scale"))
        result = node.output[0]
        replaced = [helper.make_node("Gather", [name + "_int8", node.input[1]], [result + "_int8"]),
                    helper.make_node("Cast", [result + "_int8"], [result + "_float"], to=TensorProto.FLOAT),
                    helper.make_node("Gather", [name + "_scale", node.input[1]], [result + "_scale"]),
                    helper.make_node("Mul", [result + "_float", result + "_scale"], [result])]
        place = list(graph.node).index(node)
        graph.node.remove(node)
        for offset, new in enumerate(replaced):
            graph.node.insert(place + offset, new)
    for table in stored.values():
        graph.initializer.remove(table)


def _store_weights_as_fp16(graph, numbers=5000):
    for weight in list(graph.initializer):
        if weight.data_type == TensorProto.FLOAT and np.prod(weight.dims) >= numbers and not weight.name.endswith("_scale"):
            name = weight.name
            graph.initializer.remove(weight)
            graph.initializer.append(numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), name + "_fp16"))
            graph.node.insert(0, helper.make_node("Cast", [name + "_fp16"], [name], to=TensorProto.FLOAT))


def calibrate(network, bias, temperature):
    """Adds the bias to the logits and divides them by the temperature, inside the weights that make them."""
    with torch.no_grad():
        network.heads["sentiment"].bias += torch.tensor(bias, dtype=torch.float32)
        for weight in (network.heads["sentiment"].weight, network.heads["sentiment"].bias, network.single.weight, network.pair.weight):
            weight /= temperature


def balance(logits, labels):
    """What to add to negative and positive for the best macro recall. The plain texts and the teachers' shares pull towards neutral."""
    def recall(bias):
        found = (logits + bias).argmax(1)
        return np.mean([(found[labels == label] == label).mean() for label in range(len(LABELS))])

    steps = np.arange(-0.6, 0.61, 0.05)
    return max((np.array([negative, 0.0, positive]) for negative in steps for positive in steps), key=recall)


def temperature(logits, labels):
    """The temperature with which the development set is least surprising."""
    logits, labels = torch.tensor(logits, dtype=torch.float64), torch.tensor(labels)
    candidates = np.arange(0.5, 3.0, 0.01)
    surprise = [float(torch.nn.functional.cross_entropy(logits / candidate, labels)) for candidate in candidates]
    return float(candidates[int(np.argmin(surprise))])


@torch.no_grad()
def golden(network, vocabulary):
    """What each text must come out as: the worker checks the labels on the machine that it runs on."""
    tokenizer = Tokenizer(vocabulary)
    network.eval()
    lines = []
    for text in GOLDEN:
        ids = tokenizer.encode(normalise(text))
        logits = network(torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.long))[0].tolist()
        if sorted(logits)[-1] - sorted(logits)[-2] < DECIDED:
            continue
        lines.append(json.dumps({"text": text, "label": LABELS[int(np.argmax(logits))], "input_ids": ids, "logits": [round(value, 5) for value in logits]}, ensure_ascii=False))
    return "[\n  " + ",\n  ".join(lines) + "\n]\n"
