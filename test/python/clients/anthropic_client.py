from anthropic import Anthropic
from report import KEY, MODEL, QUESTION, SCHEMA, URL, error_of, tell

client = Anthropic(base_url=URL, api_key=KEY, max_retries=0)
tools = [{"name": "get_weather", "input_schema": SCHEMA}]


def chat(messages, **more):
    return client.messages.create(model=more.pop("model", MODEL), max_tokens=200, messages=messages, **more)


hello = [{"role": "user", "content": "Hello."}]
whole = chat(hello)
with client.messages.stream(model=MODEL, max_tokens=200, messages=hello) as stream:
    pieces = list(stream.text_stream)

asked = [{"role": "user", "content": QUESTION}]
first = chat(asked, tools=tools)
call = next(block for block in first.content if block.type == "tool_use")
result = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "Rain"}]}
second = chat([*asked, {"role": "assistant", "content": first.content}, result], tools=tools)

tell(
    text=whole.content[0].text,
    streamed="".join(pieces),
    tokens=whole.usage.input_tokens > 0,
    call=[call.name, call.input],
    after_call=second.content[0].text,
    models=any(model.id == "demo/echo" for model in client.models.list(limit=1000)),
    wrong_key=error_of(lambda: Anthropic(base_url=URL, api_key="sk-no", max_retries=0).models.list()),
    unknown_model=error_of(lambda: chat(hello, model="nowhere/x")),
    busy=error_of(lambda: chat(hello, model=MODEL.replace("/", "/sim.status-429--"))),
)
