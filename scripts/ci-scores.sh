#!/usr/bin/env bash
# scikit-learn, in a virtual environment of its own, recomputes the scores of both pipelines. Run after `pipe repro`.
# Usage: scripts/ci-scores.sh SCRATCH    a folder for the environment; whatever cannot be installed fails the step.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$1
python3 -m venv "$scratch/scores"
"$scratch/scores/bin/pip" install --quiet --disable-pip-version-check "scikit-learn==1.9.1" "numpy==2.4.6"
(cd examples/sentiment && npx pipe repro -q)
"$scratch/scores/bin/python" scripts/check_scores.py . examples/sentiment
