"""The peers' models, trained on the preprocessed table with scikit-learn; one thread."""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np


def read_table(folder, name):
    with open(os.path.join(folder, name), encoding="utf8") as file:
        next(file)
        rows = [[float(cell) if cell.strip() else np.nan for cell in line.split(",")] for line in file]
    return np.asarray(rows)


def train(kind, folder):
    rows, labels = read_table(folder, "X_train.csv"), read_table(folder, "y_train.csv").ravel()
    return create(kind).fit(np.nan_to_num(rows), labels)


def create(kind):
    if kind == "random_forest":
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(n_estimators=100, random_state=42, n_jobs=1)
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(max_iter=100, max_leaf_nodes=31, random_state=42, early_stopping=False)
