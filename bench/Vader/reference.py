"""Scores the texts of a file with the Python reference and prints seconds, number of texts and the sum of compounds.

    reference.py FOLDER_OF_vaderSentiment TEXTS_FILE
"""
import sys
import time

sys.path.insert(0, sys.argv[1])
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: E402

with open(sys.argv[2], encoding="utf-8") as file:
    texts = file.read().split("\n")[:-1]

analyzer = SentimentIntensityAnalyzer()
for text in texts[:200]:
    analyzer.polarity_scores(text)

started = time.perf_counter()
total = sum(round(analyzer.polarity_scores(text)["compound"] * 10_000) for text in texts)
print(time.perf_counter() - started, len(texts), total)
