"""Trains one peer on the CSV files of one folder, one thread, and prints one line of JSON.

Usage: peers.py PEER FOLDER    PEER: random_forest | hist_gb | xgboost | lightgbm | logistic
A peer that is not installed prints {"missing": name} and is left out of the table.
"""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score, roc_auc_score


def create(peer):
    if peer == "random_forest":
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(n_estimators=100, random_state=42, n_jobs=1)
    if peer == "hist_gb":
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(random_state=42, early_stopping=False)
    if peer == "xgboost":
        from xgboost import XGBClassifier

        return XGBClassifier(n_estimators=600, learning_rate=0.05, max_depth=6, n_jobs=1, tree_method="hist", random_state=42)
    if peer == "lightgbm":
        from lightgbm import LGBMClassifier

        return LGBMClassifier(n_estimators=600, learning_rate=0.05, n_jobs=1, verbose=-1, random_state=42)
    raise SystemExit(f"no such peer: {peer}")


def read(folder, name):
    return pd.read_csv(os.path.join(folder, name)).to_numpy(dtype=np.float64)


def best_of(repeats, work):
    best = float("inf")
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def main(peer, folder):
    try:
        model = create(peer)
    except ImportError as error:
        print(json.dumps({"missing": error.name}))
        return
    train, test = read(folder, "X_train.csv"), read(folder, "X_test.csv")
    labels, truth = read(folder, "y_train.csv").ravel(), read(folder, "y_test.csv").ravel()
    begun = time.process_time()
    model.fit(train, labels)
    cpu = time.process_time() - begun
    answers = model.predict_proba(test)[:, 1]
    many, one = np.resize(test, (10_000, test.shape[1])), test[:1]
    print(
        json.dumps(
            {
                "cpuSeconds": cpu,
                "auc": roc_auc_score(truth, answers),
                "f1": f1_score(truth, answers >= 0.5),
                "oneRowUs": best_of(30, lambda: model.predict_proba(one)) * 1e6,
                "manyRowsMs": best_of(3, lambda: model.predict_proba(many)) * 1e3,
            }
        )
    )


main(*sys.argv[1:])
