"""What Not Diamond's client for Python tells of the gateway: one JSON object on standard output."""

import json
import os
import sys
import time

from notdiamond import NotDiamond

URL, KEY, FOLDER = sys.argv[1:4]


def error_of(call):
    """The class and status of the error a call ends with."""
    try:
        call()
    except Exception as error:  # the point is which one
        return [type(error).__name__, getattr(error, "status_code", None)]
    return ["no error", None]


def connect(key):
    return NotDiamond(api_key=key, base_url=URL, max_retries=0)


client = connect(KEY)
messages = [{"role": "user", "content": "Why is the sky blue?"}]
models = [
    {"provider": "openai", "model": "gpt-4o"},
    {
        "provider": "me",
        "model": "My Own",
        "is_custom": True,
        "context_length": 8000,
        "input_price": 0.1,
        "output_price": 0.2,
        "latency": 1.0,
    },
]
preference = client.preferences.create(name="From Python")
identity = preference.preference_id
selected = client.model_router.select_model(messages=messages, llm_providers=models, preference_id=identity, cost_quality_tradeoff=10)
named = client.model_router.select_model(messages="Why?", llm_providers=[{"model": "openai/gpt-4o"}], type="openrouter")
client.preferences.update(preference_id=identity, name="Renamed")

rows = ["prompt,openai/gpt-4o/score,openai/gpt-4o/response,me/own/score,me/own/response"]
rows += [f"question {index} about things,1,yes,{index % 2},no" for index in range(30)]
path = os.path.join(FOLDER, "rows.csv")
with open(path, "w", encoding="utf-8") as file:
    file.write("\n".join(rows))
with open(path, "rb") as file:
    trained = client.custom_router.train_custom_router(
        dataset_file=file,
        language="english",
        llm_providers=json.dumps([{"provider": "openai", "model": "gpt-4o"}, {"provider": "me", "model": "own"}]),
        maximize=True,
        prompt_column="prompt",
    )

status = "training"
while status == "training":
    status = client.get(f"/v2/pzn/trainCustomRouter/{trained.preference_id}", cast_to=object)["status"]
    time.sleep(0.05)

listed = client.models.list(provider=["openai", "anthropic"])
client.preferences.delete(identity)
print(
    json.dumps(
        {
            "provider": [selected.providers[0].provider, selected.providers[0].model],
            "named": [named.providers[0].provider, named.providers[0].model],
            "session": isinstance(selected.session_id, str),
            "models": listed.total == len(listed.models),
            "trained": status,
            "wrong_key": error_of(lambda: connect("sk-wrong").models.list()),
            "no_models": error_of(lambda: client.model_router.select_model(messages=messages, llm_providers=[])),
            "deleted": error_of(lambda: client.preferences.delete(identity)),
        }
    )
)
