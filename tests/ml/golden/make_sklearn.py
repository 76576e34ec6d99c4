"""A forest exported by examples/sklearn-forest/export.py and scikit-learn's own answers, for tests/ml/sklearn-forest.test.ts.

    pip install numpy scikit-learn && python tests/ml/golden/make_sklearn.py
"""
import json
import pathlib
import sys

import numpy as np
from sklearn.ensemble import RandomForestClassifier

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "examples/sklearn-forest"))
from export import model_file  # noqa: E402

rng = np.random.default_rng(3)
x = np.column_stack([rng.integers(0, 24, 2000), np.round(rng.normal(46, 1, 2000), 6), np.round(rng.normal(2, 2, 2000), 6)])
y = (rng.random(2000) < 1 / (1 + np.exp(-((x[:, 0] - 12) / 6 + (x[:, 1] - 46) * (x[:, 2] - 2))))).astype(int)
x[rng.random(x.shape) < 0.1] = np.nan
forest = RandomForestClassifier(6, max_leaf_nodes=24, random_state=1).fit(x, y)
like = {
    "format": "reprod-model/1", "name": "golden", "label": "1.0.0", "classes": [0, 1], "threshold": 0.5,
    "inputs": [{"name": name, "type": "number", "nullable": True} for name in ("hour", "lat", "long")],
    "split": {"method": "hash", "salt": "golden-1", "fraction": 0.3, "key": "row"},
}
rows = list(x[:40])
for tree in (estimator.tree_ for estimator in forest.estimators_):
    for node in np.where((tree.feature >= 0) & np.isfinite(tree.threshold))[0][:4]:
        for beside in (-1e-9, 0, 1e-9):  # on the cut, and closer to it than float32 can tell
            row = x[len(rows)].copy()
            row[tree.feature[node]] = tree.threshold[node] + beside
            rows.append(row)
rows = np.array(rows)
(HERE / "sklearn/model.json").write_text(json.dumps(model_file(forest, x, like, "0" * 64)))
(HERE / "sklearn/answers.json").write_text(json.dumps({
    "rows": [[None if np.isnan(v) else v for v in row] for row in rows.tolist()],
    "probabilities": forest.predict_proba(rows)[:, 1].tolist(),
}))
