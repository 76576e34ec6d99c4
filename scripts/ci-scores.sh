#!/usr/bin/env bash
# Python, in a virtual environment of its own, against what `pipe repro` made: scikit-learn recomputes the scores of both
# pipelines, models of XGBoost and a scikit-learn forest answer here as there, and ours in XGBoost. Run after `pipe repro`.
# Usage: scripts/ci-scores.sh SCRATCH    a folder for the environment; whatever cannot be installed fails the step.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$1
python="$scratch/scores/bin/python"
python3 -m venv "$scratch/scores"
"$python" -m pip install --quiet --disable-pip-version-check "scikit-learn==1.9.1" "numpy==2.4.6" "scipy==1.17.1"
"$python" -m pip install --quiet --disable-pip-version-check --no-deps "xgboost-cpu==3.2.0" # its dependencies are above
(cd examples/sentiment && npx pipe repro -q)
"$python" scripts/check_scores.py . examples/sentiment

mkdir "$scratch/foreign"
npx pipe -C "$scratch/foreign" init --template accidents --quiet
"$python" scripts/check_foreign_models.py "$scratch/foreign" data/preprocessed artifacts/model.json
