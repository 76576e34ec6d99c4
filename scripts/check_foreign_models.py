"""A forest of scikit-learn and models of XGBoost through `pipe model import` and `pipe predict`, and ours through `pipe model export`, compared with theirs.

Usage: check_foreign_models.py PROJECT DATA MODEL    PROJECT: a folder made by `pipe init --template accidents`, to be thrown away;
DATA: data/preprocessed; MODEL: artifacts/model.json, in which the inputs stand that XGBoost's files do not tell.
Probabilities must agree to 1e-6, contributions to 1e-5; what cannot be imported must be refused by its name.
"""

import csv
import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import xgboost as xgb
from sklearn.ensemble import RandomForestClassifier

PIPE = Path(__file__).resolve().parent.parent / "bin" / "pipe.js"
project, data, like = (Path(argument).resolve() for argument in sys.argv[1:])
scratch = Path(tempfile.mkdtemp(dir=project))
failed = []


def pipe(*arguments):
    return subprocess.run(["node", PIPE, "-C", project, *arguments], capture_output=True, text=True, encoding="utf-8")


def must(*arguments):
    done = pipe(*arguments)
    if done.returncode != 0:
        raise SystemExit(f"pipe {' '.join(map(str, arguments))}: {done.stdout}{done.stderr}")
    return done.stdout


def promoted(file, *options):
    """Imports the file as the production model."""
    made = json.loads(must("model", "import", str(file), "--json", *options))
    must("model", "promote", str(made["n"]), "--force")


def ours():
    """Probabilities, and contributions with the base last, as pred_contribs has it."""
    answers = list(csv.DictReader(io.StringIO(must("predict", str(questions), "--explain"))))
    if any(answer["error"] for answer in answers):
        raise SystemExit(f"a row was refused: {next(answer['error'] for answer in answers if answer['error'])}")
    columns = [f"contribution_{name}" for name in names] + ["base"]
    return (
        np.array([float(answer["probability"]) for answer in answers]),
        np.array([[float(answer[column]) for column in columns] for answer in answers]),
    )


def report(name, off, allowed):
    is_off = not off <= allowed
    print(f"{name}: {'OFF by' if is_off else 'within'} {off:.1e}")
    if is_off:
        failed.append(name)


def compare(name, theirs, contributions):
    probability, parts = ours()
    report(f"{name}, answers", float(np.abs(probability - theirs).max()), 1e-6)
    report(f"{name}, contributions", float(np.abs(parts - contributions).max()), 1e-5)


with open(data / "X_train.csv", encoding="utf-8", newline="") as file:
    names = next(csv.reader(file))
rows = np.genfromtxt(data / "X_train.csv", delimiter=",", skip_header=1)[:4000]
labels = np.genfromtxt(data / "y_train.csv", skip_header=1)[:4000]
signature = json.loads(like.read_text(encoding="utf-8"))
holes = np.random.default_rng(7).random(rows.shape) < 0.1
nullable = [at for at, each in enumerate(signature["inputs"]) if each["nullable"]]
for at, each in enumerate(signature["inputs"]):
    each["nullable"] = True  # XGBoost lets every value be missing
    if at not in nullable and np.isnan(rows[:, at]).any():
        raise SystemExit(f"{names[at]} is missing in a row of training")
rows[holes] = np.nan
asked = rows[::20]


def csv_of(path, some):
    lines = [",".join("" if np.isnan(value) else repr(float(value)).removesuffix(".0") for value in row) for row in some]
    path.write_text("\n".join([",".join(names), *lines, ""]), encoding="utf-8")
    return path


questions = csv_of(scratch / "questions.csv", asked)
wanted = {key: signature[key] for key in ("name", "inputs", "threshold", "split")}
(scratch / "signature.json").write_text(json.dumps(wanted), encoding="utf-8")
SIGNATURE = ("--signature", str(scratch / "signature.json"), "--rows", str(questions))
BASIC = {"objective": "binary:logistic", "tree_method": "hist", "nthread": 1, "seed": 1}


def trained(rounds=20, named=True, **parameters):
    known = {"feature_names": names} if named else {}
    return xgb.train({**BASIC, **parameters}, xgb.DMatrix(rows, labels, **known), rounds)


def asked_of(booster):
    return xgb.DMatrix(asked, feature_names=booster.feature_names)


def check_booster(name, booster):
    file = scratch / f"{name.replace(' ', '-')}.json"
    booster.save_model(file)
    promoted(file, *SIGNATURE)
    compare(name, booster.predict(asked_of(booster)), booster.predict(asked_of(booster), pred_contribs=True))
    return file


def other_spelling(file):
    """base_score is a number until 3.0, a list of one since 3.1."""
    written = json.loads(file.read_text(encoding="utf-8"))
    parameters = written["learner"]["learner_model_param"]
    score = parameters["base_score"]
    parameters["base_score"] = score.strip("[]") if score.startswith("[") else f"[{score}]"
    other = file.with_name("other-spelling.json")
    other.write_text(json.dumps(written), encoding="utf-8")
    return other


booster = trained()
file = check_booster("missing values", booster)
promoted(other_spelling(file), *SIGNATURE)
compare("base_score spelt the other way", booster.predict(asked_of(booster)), booster.predict(asked_of(booster), pred_contribs=True))
check_booster("no names", trained(named=False))
check_booster("stumps", trained(max_depth=1))
check_booster("depth 12", trained(max_depth=12, min_child_weight=0))
check_booster("one tree, base_score 0.2", trained(1, base_score=0.2))
check_booster("scale_pos_weight, few bins", trained(scale_pos_weight=3, max_bin=16))
check_booster("by loss, 31 leaves", trained(grow_policy="lossguide", max_leaves=31, max_depth=0))
check_booster("exact cuts, a forest a round", trained(6, tree_method="exact", num_parallel_tree=3, subsample=0.7))

# Early stopping: the native booster answers with all its rounds, the classifier with those up to the best.
held = xgb.DMatrix(rows[3000:], labels[3000:], feature_names=names)
learnt = xgb.DMatrix(rows[:3000], labels[:3000], feature_names=names)
native = xgb.train({**BASIC, "eta": 0.5}, learnt, 60, evals=[(held, "held")], early_stopping_rounds=4, verbose_eval=False)
check_booster("early stopping, native", native)


def check_classifier():
    """The class needs scikit-learn, which this step has anyway."""
    model = xgb.XGBClassifier(n_estimators=60, learning_rate=0.5, early_stopping_rounds=4, n_jobs=1, tree_method="hist")
    model.fit(rows[:3000], labels[:3000], eval_set=[(rows[3000:], labels[3000:])], verbose=False)
    best = model.best_iteration + 1
    if best >= model.get_booster().num_boosted_rounds():
        raise SystemExit("early stopping did not stop early: this check says nothing")
    model.save_model(scratch / "classifier.json")
    promoted(scratch / "classifier.json", *SIGNATURE)
    parts = model.get_booster().predict(xgb.DMatrix(asked), pred_contribs=True, iteration_range=(0, best))
    compare("early stopping, XGBClassifier", model.predict_proba(asked)[:, 1], parts)


check_classifier()


def refused(name, booster, word):
    file = scratch / "refused.json"
    booster.save_model(file)
    done = pipe("model", "import", str(file), *SIGNATURE)
    said = done.stdout + done.stderr
    is_refused = done.returncode != 0 and word in said
    print(f"{name}: {'refused' if is_refused else f'NOT refused by its name: {said}'}")
    if not is_refused:
        failed.append(name)


refused("dart", trained(2, booster="dart"), "dart")
refused("gblinear", trained(2, booster="gblinear"), "gblinear")
refused("squared error", trained(2, objective="reg:squarederror"), "reg:squarederror")
refused("several classes", xgb.train({**BASIC, "objective": "multi:softmax", "num_class": 2}, learnt, 2), "multi:softmax")
groups = xgb.DMatrix(rows, labels, group=[1000] * 4)
refused("ranks", xgb.train({**BASIC, "objective": "rank:pairwise"}, groups, 2), "rank:pairwise")
kinds = xgb.DMatrix(rows[:, :1] % 8, labels, feature_types=["c"], enable_categorical=True)
refused("categories", xgb.train(BASIC, kinds, 2), "categorical")

# Ours in XGBoost: rows of float32, since XGBoost rounds all others first.
with open(data / "X_test.csv", encoding="utf-8") as file:
    tested = np.genfromtxt(file, delimiter=",", skip_header=1)[:300].astype(np.float32).astype(float)
csv_of(questions, tested)
promoted(like)
must("model", "export", "--format", "xgboost", "-o", str(scratch / "exported.json"))
booster = xgb.Booster(model_file=scratch / "exported.json")
theirs = xgb.DMatrix(tested, feature_names=names)
compare("exported", booster.predict(theirs), booster.predict(theirs, pred_contribs=True))

# The forest of docs/bringing-your-own-model.md.
example = PIPE.parent.parent / "examples" / "sklearn-forest"
subprocess.run([sys.executable, example / "export.py", data, like, scratch / "forest.json"], check=True)
promoted(scratch / "forest.json")
learn = [np.genfromtxt(data / name, delimiter=",", skip_header=1) for name in ("X_train.csv", "y_train.csv")]
forest = RandomForestClassifier(100, min_samples_leaf=5, random_state=42).fit(*learn)
report("scikit-learn's forest, answers", float(np.abs(ours()[0] - forest.predict_proba(tested)[:, 1]).max()), 1e-9)

print(f"XGBoost {xgb.__version__}: {'OFF: ' + ', '.join(failed) if failed else 'all agree'}")
sys.exit(1 if failed else 0)
