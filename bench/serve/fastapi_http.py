"""A peer: FastAPI with PyJWT and a scikit-learn model trained on the preprocessed table, one uvicorn worker.

Usage: fastapi_http.py dot|hist_gb|random_forest FOLDER    (`dot`: one product of vectors in place of a model)
Prints one line of JSON with its port and a token, then serves.
"""

import json
import os
import socket
import sys
import time
import uuid
from datetime import datetime, timezone

os.environ["OMP_NUM_THREADS"] = "1"

import jwt
import numpy as np
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel, Field
from peer_models import train

MODE, FOLDER = sys.argv[1], sys.argv[2]
KEY = "a key of the benchmark that is long enough"
model = None if MODE == "dot" else train(MODE, FOLDER)
weights = np.full(28, 1e-3)
app = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="token")


class Question(BaseModel):
    features: list[float] = Field(min_length=28, max_length=28)


class Answer(BaseModel):
    prediction: int
    probability: float
    model: str
    model_version: str
    id: str
    timestamp: str


def user(token: str = Depends(bearer)) -> str:
    try:
        return jwt.decode(token, KEY, algorithms=["HS256"])["sub"]
    except jwt.PyJWTError:
        raise HTTPException(401, "Could not validate credentials")


def probability_of(features):
    if model is None:
        return float(1 / (1 + np.exp(-float(np.dot(weights, features) % 5))))
    return float(model.predict_proba(np.asarray([features]))[0, 1])


@app.post("/predict")
async def predict(question: Question, name: str = Depends(user)) -> Answer:
    probability = probability_of(question.features)
    return Answer(
        prediction=int(probability >= 0.5),
        probability=probability,
        model="accidents",
        model_version="1",
        id=str(uuid.uuid4()),
        timestamp=datetime.now(timezone.utc).isoformat(),
    )


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
token = jwt.encode({"sub": "alice", "exp": int(time.time()) + 3600}, KEY, algorithm="HS256")
print(json.dumps({"port": listener.getsockname()[1], "token": token}), flush=True)
uvicorn.Server(
    uvicorn.Config(app, loop="uvloop", http="httptools", access_log=False, log_level="error")
).run(sockets=[listener])
