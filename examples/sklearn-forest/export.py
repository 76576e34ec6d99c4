"""A scikit-learn forest, trained on the pipeline's own rows, as a model file that `pipe model import` takes.

    python export.py data/preprocessed artifacts/model.json forest.json
"""
import hashlib, json, sys
import numpy as np
from sklearn.ensemble import RandomForestClassifier


def edge(cut):
    """scikit-learn asks float32(value) <= cut; we ask value <= edge: the last double that rounds to at most cut."""
    low = np.float32(cut) if np.float32(cut) <= cut else np.nextafter(np.float32(cut), np.float32(-np.inf))
    middle = (float(low) + float(np.nextafter(low, np.float32(np.inf)))) / 2
    return middle if np.float32(middle) <= low < np.inf else float(np.nextafter(middle, -np.inf))


def preorder(tree, edges):
    out, waiting = {"feature": [], "bin": [], "missing_left": [], "value": [], "cover": []}, [0]
    while waiting:
        node = waiting.pop()
        feature = max(int(tree.feature[node]), -1)
        out["feature"].append(feature)
        if feature < 0:
            out["value"].append(float(tree.value[node][0][1] / tree.value[node][0].sum()))
            out["cover"].append(float(tree.weighted_n_node_samples[node]))
        else:
            out["bin"].append(edges[feature].index(edge(tree.threshold[node])))
            out["missing_left"].append(int(tree.missing_go_to_left[node]))
            waiting += [tree.children_right[node], tree.children_left[node]]
    return out


def histogram(column):
    seen = column[~np.isnan(column)]
    edges = sorted(set(np.quantile(seen, np.linspace(0.05, 0.95, 19)).tolist()))
    counts = np.bincount(np.searchsorted(edges, seen), minlength=len(edges) + 1)
    return {"edges": edges, "counts": counts.tolist(), "missing": len(column) - len(seen)}


def model_file(forest, rows, like, digest):
    trees = [estimator.tree_ for estimator in forest.estimators_]
    cuts = [{edge(c) for t in trees for f, c in zip(t.feature, t.threshold) if f == i} for i in range(rows.shape[1])]
    edges, some = [sorted(cut) for cut in cuts], rows[:: len(rows) // 32 + 1]
    examples = [[None if np.isnan(value) else value for value in row] for row in some.tolist()]
    return {
        **{key: like[key] for key in ("format", "name", "label", "inputs", "classes", "threshold", "split")},
        "kind": "random_forest",
        "framework": "scikit-learn",
        "digests": {"data": digest, "params": hashlib.sha256(repr(forest).encode()).hexdigest()},
        "reference": [histogram(column) for column in rows.T],
        "examples": {"rows": examples, "probabilities": forest.predict_proba(some)[:, 1].tolist()},
        "ensemble": {"base": 0, "edges": edges, "trees": [preorder(tree, edges) for tree in trees]},
    }


if __name__ == "__main__":
    folder, signature, output = sys.argv[1:]
    rows = np.genfromtxt(f"{folder}/X_train.csv", delimiter=",", skip_header=1)
    labels = np.genfromtxt(f"{folder}/y_train.csv", skip_header=1)
    forest = RandomForestClassifier(100, min_samples_leaf=5, random_state=42).fit(rows, labels)
    digest = hashlib.sha256(open(f"{folder}/X_train.csv", "rb").read()).hexdigest()
    json.dump(model_file(forest, rows, json.load(open(signature)), digest), open(output, "w"))
