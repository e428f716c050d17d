"""A teacher of another kind: logistic regression over words, pairs of words and letters. It errs where networks do not."""

import numpy as np
import scipy.sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression


def teach(train, labels, others):
    """
    Shares of the labels for the training texts, each from a model that has not seen the text, and for the other texts.
    """
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=r"(?u)\b\w+\b|[^\w\s]", max_features=150_000)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True, max_features=250_000)
    seen = scipy.sparse.hstack([words.fit_transform(train), letters.fit_transform(train)]).tocsr().astype(np.float32)

    folds = np.random.RandomState(0).randint(0, 4, len(train))
    of_train = np.zeros((len(train), 3), np.float32)
    for fold in range(4):
        of_train[folds == fold] = _fit(seen[folds != fold], labels[folds != fold]).predict_proba(seen[folds == fold])
        print(f"linear: part {fold + 1} of 4", flush=True)

    model = _fit(seen, labels)
    of_others = np.zeros((len(others), 3), np.float32)
    for start in range(0, len(others), 20_000):
        part = others[start:start + 20_000]
        of_others[start:start + len(part)] = model.predict_proba(scipy.sparse.hstack([words.transform(part), letters.transform(part)]).tocsr())
    return of_train, of_others


def _fit(features, labels):
    return LogisticRegression(C=1.0, class_weight="balanced", max_iter=60).fit(features, labels)
