"""The real Triton and KServe clients against a server of `pipe serve --demo` with two models.

Usage: check_clients.py URL. Exit code 0: every check held.
"""

import asyncio
import json
import sys
import urllib.parse
import urllib.request

import numpy as np
import tritonclient.http as triton
import tritonclient.http.aio as triton_aio
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from tritonclient.utils import InferenceServerException

URL = sys.argv[1].rstrip("/")
HOST = URL.split("//")[1]
ROW = [10, 3, 1, 0.0, 2021, 60, 2, 1, 1, 3, 2, 1, 1, 50, 7, 12, 5, 77, 77317, 2, 1, 0, 6, 48.6, 2.89, 17, 2, 1]


def token(username, password):
    form = urllib.parse.urlencode({"username": username, "password": password}).encode()
    with urllib.request.urlopen(URL + "/auth/token", form) as response:
        return {"Authorization": "Bearer " + json.load(response)["access_token"]}


# Copied at each call: tritonclient writes the length of the JSON into the dictionary that it is given.
ALICE = token("alice", "secret123")
ADMIN = token("admin", "admin123")


def refused(call, words):
    try:
        call()
    except InferenceServerException as error:
        assert words in str(error), str(error)
        return
    raise AssertionError("was not refused: " + words)


def features(rows, binary):
    tensor = triton.InferInput("features", [len(rows), 28], "FP64")
    tensor.set_data_from_numpy(np.array(rows, dtype=np.float64), binary_data=binary)
    return tensor


def texts(values, binary):
    tensor = triton.InferInput("text", [len(values)], "BYTES")
    tensor.set_data_from_numpy(np.array(values, dtype=object), binary_data=binary)
    return tensor


def check_triton():
    client = triton.InferenceServerClient(HOST)
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready("accidents") and client.is_model_ready("sentiment", "1")
    assert not client.is_model_ready("nope")
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    metadata = client.get_model_metadata("accidents")
    assert metadata["inputs"] == [{"name": "features", "datatype": "FP64", "shape": [-1, 28]}], metadata
    assert client.get_model_config("accidents")["input"][0]["dims"] == [-1, 28]
    assert {entry["name"] for entry in client.get_model_repository_index(headers=dict(ALICE))} == {"accidents", "sentiment"}

    for binary_in in (True, False):
        for binary_out in (True, False):
            outputs = [triton.InferRequestedOutput(name, binary_data=binary_out) for name in ("prediction", "probability")]
            answer = client.infer("accidents", [features([ROW, ROW], binary_in)], outputs=outputs, request_id="42", headers=dict(ALICE))
            assert answer.get_response()["id"] == "42"
            assert answer.as_numpy("prediction").dtype == np.int64 and answer.as_numpy("prediction").shape == (2,)
            assert 0 < answer.as_numpy("probability")[0] < 1
            outputs = [triton.InferRequestedOutput("prediction", binary_data=binary_out)]
            words = client.infer("sentiment", [texts(["great film", "awful"], binary_in)], outputs=outputs, headers=dict(ALICE))
            said = [word.decode() if isinstance(word, bytes) else word for word in words.as_numpy("prediction")]
            assert said == ["positive", "negative"], said
    assert client.infer("accidents", [features([ROW], True)], model_version="1", headers=dict(ALICE)).as_numpy("probability").shape == (1,)
    columns = []
    for name, value in zip(names(), ROW):
        column = triton.InferInput(name, [1], "FP64")
        column.set_data_from_numpy(np.array([value], dtype=np.float64))
        columns.append(column)
    assert client.infer("accidents", columns, headers=dict(ALICE)).as_numpy("prediction").shape == (1,)
    assert client.get_inference_statistics("accidents", headers=dict(ALICE))["model_stats"][0]["inference_count"] >= 8

    refused(lambda: client.infer("accidents", [features([ROW], True)]), "Not authenticated")
    refused(lambda: client.infer("nope", [features([ROW], True)], headers=dict(ALICE)), "Model nope not found")
    refused(lambda: client.infer("accidents", [features([ROW], True)], model_version="9", headers=dict(ALICE)), "version 9 not found")
    refused(lambda: client.infer("accidents", [features([ROW[:27] + [float("nan")]], True)], headers=dict(ALICE)), "finite")
    refused(lambda: client.unload_model("sentiment", headers=dict(ALICE)), "Only for Admin")
    client.unload_model("sentiment", headers=dict(ADMIN))
    assert not client.is_model_ready("sentiment")
    refused(lambda: client.infer("sentiment", [texts(["great"], True)], headers=dict(ALICE)), "not loaded")
    client.load_model("sentiment", headers=dict(ADMIN))
    assert client.is_model_ready("sentiment")
    refused(lambda: client.load_model("sentiment", headers=dict(ADMIN), config="{}"), "registry")
    client.close()


def names():
    with urllib.request.urlopen(urllib.request.Request(URL + "/api/v1/models/accidents", headers=dict(ALICE))) as response:
        return [entry["name"] for entry in json.load(response)["inputs"]]


async def check_triton_aio():
    client = triton_aio.InferenceServerClient(HOST)
    assert await client.is_server_ready()
    # Without binary data it sends JSON as application/octet-stream.
    answer = await client.infer("accidents", [features([ROW], False)], headers=dict(ALICE))
    assert answer.as_numpy("prediction").shape == (1,)
    await client.close()


async def check_kserve():
    client = InferenceRESTClient(RESTConfig(protocol="v2", retries=1))
    assert await client.is_server_live(URL) and await client.is_server_ready(URL)
    assert await client.is_model_ready(URL, "accidents")
    for binary in (False, True):
        tensor = InferInput("features", [1, 28], "FP64")
        tensor.set_data_from_numpy(np.array([ROW], dtype=np.float64), binary_data=binary)
        request = InferRequest("accidents", [tensor], request_id="7")
        answer = await client.infer(URL, request, headers=dict(ALICE), model_name="accidents")
        assert answer.id == "7" and answer.model_name == "accidents"
        by_name = {output.name: output.as_numpy() for output in answer.outputs}
        assert by_name["probability"].shape == (1,), by_name
    bad = InferInput("features", [1, 27], "FP64")
    bad.set_data_from_numpy(np.array([ROW[:27]], dtype=np.float64), binary_data=False)
    try:
        await client.infer(URL, InferRequest("accidents", [bad]), headers=dict(ALICE), model_name="accidents")
    except Exception as error:  # the client raises httpx's error with our sentence in it
        assert "[-1,28]" in str(error), str(error)
    else:
        raise AssertionError("27 features were accepted")
    await client.close()


check_triton()
asyncio.run(check_triton_aio())
asyncio.run(check_kserve())
print("triton and kserve clients: every check held")
