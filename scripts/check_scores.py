"""Recomputes with scikit-learn what evaluate wrote, from artifacts/predictions.csv alone, and compares within 1e-9.

Usage: check_scores.py ROOT...    each a folder in which `pipe repro` ran and whose candidate is in production, so that
predictions.csv (the production model on the holdout) and metrics.json (the candidate on it) speak of the same model.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

TOLERANCE = 1e-9


def read_rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(rows, name):
    return np.array([float(row[name]) for row in rows])


def scores(actual, probability, prediction):
    return {
        "roc_auc": metrics.roc_auc_score(actual, probability),
        "average_precision": metrics.average_precision_score(actual, probability),
        "f1": metrics.f1_score(actual, prediction),
        "f1_at_half": metrics.f1_score(actual, probability >= 0.5),
        "precision": metrics.precision_score(actual, prediction),
        "recall": metrics.recall_score(actual, prediction),
        "accuracy": metrics.accuracy_score(actual, prediction),
        "brier": metrics.brier_score_loss(actual, probability),
        "log_loss": metrics.log_loss(actual, probability),
    }


def differences(root):
    artifacts = Path(root) / "artifacts"
    rows = read_rows(artifacts / "predictions.csv")
    actual, probability, prediction = (column(rows, name) for name in ("actual", "probability", "prediction"))
    ours = json.loads((artifacts / "metrics.json").read_text(encoding="utf-8"))
    for name, value in scores(actual, probability, prediction).items():
        yield name, abs(ours[name] - value)
    truth, mean = calibration_curve(actual, probability, n_bins=10)
    bins = read_rows(artifacts / "plots" / "calibration.csv")
    if len(bins) != len(truth):
        raise SystemExit(f"{root}: {len(bins)} bins of calibration, scikit-learn has {len(truth)}")
    yield "calibration, share", float(np.abs(column(bins, "positive_rate") - truth).max())
    yield "calibration, mean", float(np.abs(column(bins, "mean_probability") - mean).max())
    # Points that lie on a line between others are left out by both, but not the same ones: the area counts.
    roc = read_rows(artifacts / "plots" / "roc.csv")
    area = metrics.auc(column(roc, "false_positive_rate"), column(roc, "true_positive_rate"))
    yield "area under roc.csv", abs(ours["roc_auc"] - area)


failed = False
for root in sys.argv[1:]:
    for name, difference in differences(root):
        is_off = not difference <= TOLERANCE
        failed = failed or is_off
        print(f"{root}: {name}: {'OFF by' if is_off else 'within'} {difference:.1e}")
sys.exit(1 if failed or len(sys.argv) < 2 else 0)
