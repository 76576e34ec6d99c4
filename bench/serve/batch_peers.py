"""10,000 rows at once by scikit-learn's HistGradientBoosting, 100 trees with 31 leaves, which is also written as ONNX.

Usage: batch_peers.py FOLDER ONNX_FILE    Prints one line of JSON: CPU milliseconds, the best of five, one thread.
"""

import json
import sys
import time

from peer_models import read_table, train

import numpy as np


def best_of(repeats, work):
    times = []
    for _ in range(repeats):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times) * 1000


def write_onnx(model, columns, path):
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType

    types = [("rows", FloatTensorType([None, columns]))]
    converted = convert_sklearn(model, initial_types=types, options={id(model): {"zipmap": False}})
    with open(path, "wb") as file:
        file.write(converted.SerializeToString())


folder, path = sys.argv[1], sys.argv[2]
model = train("hist_gb", folder)
table = np.nan_to_num(read_table(folder, "X_test.csv"))
many = np.resize(table, (10_000, table.shape[1]))
write_onnx(model, many.shape[1], path)
print(json.dumps({"ms": best_of(5, lambda: model.predict_proba(many))}))
