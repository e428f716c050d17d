"""Sets the loads of bench/run beside the limits of the same run.

    ratios.py FOLDER_WITH_THE_JSON_FILES
"""
import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])


def read(name):
    return json.loads((folder / f"{name}.json").read_text())


limits = read("limits")
rows = [
    ("1 sender, accepted", read("single_1")["accepted_per_second"], "inserts_1", "inserts, 1 client"),
    ("8 senders, accepted", read("single_8")["accepted_per_second"], "inserts_8", "inserts, 8 clients"),
    ("32 senders, accepted", read("single_32")["accepted_per_second"], "inserts_8", "inserts, 8 clients"),
    ("32 senders, labelled", read("single_32")["labelled_per_second"], "inserts_8", "inserts, 8 clients"),
    ("batches of 100, accepted", read("batch")["accepted_per_second"], "inserts_8", "inserts, 8 clients"),
    ("batches of 100, labelled", read("batch")["labelled_per_second"], "publish_confirm_consume", "publish, confirm, consume"),
]
print("| What the platform does | posts/s | What the server alone does | per second | ratio |")
print("|---|---:|---|---:|---:|")
for name, rate, key, limit in rows:
    print(f"| {name} | {rate:.0f} | {limit} | {limits[key]:.0f} | {rate / limits[key]:.2f} |")
