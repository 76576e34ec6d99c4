"""Models trained by XGBoost and its own answers to some rows, for tests/ml/xgboost-*.test.ts.

    pip install numpy scikit-learn xgboost==3.2.0 && python tests/ml/golden/make_xgboost.py
    pip install "numpy<2" xgboost==1.7.6           && python tests/ml/golden/make_xgboost.py

Each version writes its own files; null stands for NaN. What xgboost-export.test.ts exported is answered, too.
"""
import json
import pathlib

import numpy as np
import xgboost as xgb

FOLDER = pathlib.Path(__file__).parent / "xgboost"
VERSION = xgb.__version__
MODERN = int(VERSION.split(".")[0]) >= 3
NAMES = ["age", "speed", "light", "lat", "lon"]
rng = np.random.default_rng(7)


def table(n, missing):
    x = np.column_stack([
        rng.integers(0, 90, n), rng.choice([30, 50, 80, 90, 110, 130], n), rng.integers(1, 6, n),
        rng.normal(46.6, 2, n), rng.normal(2.2, 3, n),
    ]).astype(float)
    odds = 0.02 * x[:, 0] + 0.03 * x[:, 1] - 0.5 * x[:, 2] + 0.4 * np.abs(x[:, 3] - 46) - 2.5
    y = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(int)
    x[rng.random(x.shape) < missing] = np.nan
    return x, y


def cut_rows(model, rows):
    """Rows that stand on the cuts themselves, and a hair's breadth beside them, closer than float32 can tell."""
    made = []
    for tree in model["learner"]["gradient_booster"]["model"]["trees"][:2]:
        for left, feature, cut in zip(tree["left_children"], tree["split_indices"], tree["split_conditions"]):
            if left < 0:
                continue
            for near in (np.float64(np.float32(cut)), np.float32(cut) - 1e-9, np.float32(cut) + 1e-9, np.nextafter(np.float32(cut), np.float32(-1e9))):
                row = rows[len(made) % len(rows)].copy()
                row[feature] = near
                made.append(row)
    return np.array(made[:24])


def listed(x):
    return [[None if np.isnan(v) else float(v) for v in row] for row in x]


def record(name, booster, x, predict=None):
    path = FOLDER / f"{name}.json"
    booster.save_model(path)
    model = json.loads(path.read_text())
    rows = np.vstack([x[:40], cut_rows(model, x)])
    native = booster.get_booster() if hasattr(booster, "get_booster") else booster
    data = xgb.DMatrix(rows, feature_names=native.feature_names)
    answers = {"rows": listed(rows), "probabilities": [float(p) for p in (predict or native.predict)(rows if predict else data)]}
    if predict is None:
        answers["contributions"] = native.predict(data, pred_contribs=True).astype(float).tolist()
    (FOLDER / f"{name}.answers.json").write_text(json.dumps(answers))
    print(name, path.stat().st_size)


def train(x, y, rounds=6, names=None, **params):
    params = {"objective": "binary:logistic", "max_depth": 4, "eta": 0.3, "nthread": 1, "seed": 1, **params}
    return xgb.train(params, xgb.DMatrix(x, label=y, feature_names=names), rounds)


x, y = table(3000, 0.0)
holes, y_holes = table(3000, 0.15)
if MODERN:
    record("plain-3.2", train(x, y, names=NAMES), holes)
    record("missing-3.2", train(holes, y_holes, max_depth=0, grow_policy="lossguide", max_leaves=15), holes)
    record("parallel-3.2", train(holes, y_holes, 3, num_parallel_tree=3, subsample=0.6, colsample_bynode=0.6, max_depth=3), holes)
    early = xgb.XGBClassifier(n_estimators=60, learning_rate=0.9, max_depth=3, early_stopping_rounds=4, n_jobs=1)
    early.fit(x[:400], y[:400], eval_set=[(x[400:], y[400:])], verbose=False)
    record("early-3.2", early, x, lambda rows: early.predict_proba(rows)[:, 1])
    refused = FOLDER / "refused"
    train(x, y, 1, booster="dart", max_depth=1).save_model(refused / "dart.json")
    train(x, y, 1, booster="gblinear").save_model(refused / "gblinear.json")
    train(x, x[:, 2] - 1, 1, objective="multi:softprob", num_class=5, max_depth=1).save_model(refused / "multi.json")
    train(x, y, 1, objective="reg:squarederror", max_depth=1).save_model(refused / "regression.json")
    codes = xgb.DMatrix(x[:, 2:3], label=y, feature_types=["c"], enable_categorical=True)
    xgb.train({"objective": "binary:logistic", "max_depth": 1}, codes, 1).save_model(refused / "categorical.json")
    train(x, y, 1, max_depth=1).save_model(refused / "binary.ubj")
else:
    record(f"pruned-{VERSION[:3]}", train(holes, y_holes, tree_method="exact", gamma=4), holes)

for path in sorted(FOLDER.glob("exported/*.exported.json")):
    answers = path.with_name(path.name.replace(".exported.json", f".answers-{VERSION[:3]}.json"))
    rows = np.array(json.loads((FOLDER / "exported" / "rows.json").read_text()), dtype=float)
    ours = xgb.Booster(model_file=path)
    data = xgb.DMatrix(rows, feature_names=ours.feature_names)
    found = {"answers": ours.predict(data).astype(float).tolist(), "contributions": ours.predict(data, pred_contribs=True).astype(float).tolist()}
    answers.write_text(json.dumps(found))
    print(path.name)
