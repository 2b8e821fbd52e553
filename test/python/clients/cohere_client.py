import json

import cohere
from report import KEY, MODEL, QUESTION, SCHEMA, URL, error_of, tell


def connect(key):
    return cohere.ClientV2(base_url=URL, api_key=key)


client = connect(KEY)
tools = [{"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}}]
hello = [{"role": "user", "content": "Hello."}]

whole = client.chat(model=MODEL, messages=hello)
pieces = [
    event.delta.message.content.text
    for event in client.chat_stream(model=MODEL, messages=hello)
    if event.type == "content-delta"
]

asked = [{"role": "user", "content": QUESTION}]
first = client.chat(model=MODEL, messages=asked, tools=tools).message
call = first.tool_calls[0]
result = {"role": "tool", "tool_call_id": call.id, "content": "Rain"}
second = client.chat(model=MODEL, messages=[*asked, first, result], tools=tools)


def ask(model, key=KEY):
    return lambda: connect(key).chat(model=model, messages=hello, request_options={"max_retries": 0})


tell(
    text=whole.message.content[0].text,
    streamed="".join(pieces),
    tokens=whole.usage.tokens.input_tokens > 0,
    call=[call.function.name, json.loads(call.function.arguments)],
    after_call=second.message.content[0].text,
    wrong_key=error_of(ask(MODEL, "sk-no")),
    unknown_model=error_of(ask("nowhere/x")),
    busy=error_of(ask(MODEL.replace("/", "/sim.status-429--"))),
)
