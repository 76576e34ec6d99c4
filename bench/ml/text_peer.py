"""Trains scikit-learn's TF-IDF and naive Bayes on texts from a JSON file, and prints one line of JSON.

Usage: text_peer.py FILE    FILE: {"train": [{"text", "label"}], "test": [...], "ngrams": [1] or [1, 2]}
"""

import json
import sys
import time

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import roc_auc_score
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

with open(sys.argv[1], encoding="utf-8") as file:
    data = json.load(file)
texts, labels = zip(*((row["text"], row["label"]) for row in data["train"]))
asked, truth = zip(*((row["text"], row["label"]) for row in data["test"]))

begun = time.process_time()
model = make_pipeline(TfidfVectorizer(ngram_range=(min(data["ngrams"]), max(data["ngrams"]))), MultinomialNB())
model.fit(texts, labels)
cpu = time.process_time() - begun

begun = time.perf_counter()
for text in asked[:500]:
    model.predict_proba([text])
one = (time.perf_counter() - begun) / min(500, len(asked))

answers = model.predict_proba(asked)[:, 1]
print(
    json.dumps(
        {
            "cpuSeconds": cpu,
            "oneTextUs": one * 1e6,
            "auc": roc_auc_score(truth, answers),
            "terms": len(model[0].vocabulary_),
            "probabilities": answers.tolist(),
        }
    )
)
