"""Writes generated.tsv: hostile texts and the scores that the Python reference gives them.

    pip install vaderSentiment && python make_generated.py > generated.tsv
"""
import random
import string

from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SentimentIntensityAnalyzer

COUNT = 600

analyzer = SentimentIntensityAnalyzer()
choose = random.Random(1).choice
chance = random.Random(2).random

# What to draw words from; a list that stands twice is drawn from twice as often.
RATED = [word for word in analyzer.lexicon if word.isascii()]
RULED = ("but no not never so this that without doubt least at very or nor kind of sort just enough the shit bomb bad ass "
         "bus stop yeah right kiss death to die for beating broken heart a I it good great love sad fun").split()
ODD = ["İ", "\u212aind", "Þ", "=Þ", "ª", "ⓐ", "Ⓐ", "Ⅷ", "🅰", "ǅ", "ſo", "n't", "xN'Tx", "isn’t", "\u200d", "\ufe0f", "🏽", "𝐀𝐚",
       "汉字", "42", "é", "É", "“good”", "good…", "🔛", "🆙", "‼", "©", "\ud83d", "\ude00", "\ufffd"]
EMOJI = list(analyzer.emojis)
SOURCES = [RATED, RATED, RULED, RULED, RULED, list(BOOSTER_DICT), NEGATE, EMOJI, ODD]
SPACES = [" "] * 30 + ["  ", "\t", "\n", "\u00a0", "\u3000", "\x1c", "\x1f", "\x85", "\u200b", "\x00", ""]


def word():
    text = choose(choose(SOURCES))
    shape = chance()
    text = text.upper() if shape < 0.2 else text.title() if shape < 0.3 else text
    around = chance()
    marks = "".join(choose(string.punctuation + "!?" * 8) for _ in range(choose((1, 1, 2, 5))))
    return text + marks if around < 0.2 else marks + text if around < 0.3 else text


def escaped(text):
    data = text.encode("utf-16-be", "surrogatepass")
    units = [chr(data[i] << 8 | data[i + 1]) for i in range(0, len(data), 2)]
    return "".join(c if " " <= c <= "~" and c != "\\" else f"\\u{ord(c):04x}" for c in units)


for _ in range(COUNT):
    text = "".join(word() + choose(SPACES) for _ in range(choose((1, 2, 3, 4, 5, 6, 8, 10, 15, 30))))
    # Surrogates that chance has paired are one character.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    scores = analyzer.polarity_scores(text)
    print(escaped(text), *(scores[key] for key in ("compound", "pos", "neu", "neg")), sep="\t")
