import json

from openai import OpenAI
from report import KEY, MODEL, QUESTION, SCHEMA, URL, error_of, tell

client = OpenAI(base_url=f"{URL}/v1", api_key=KEY, max_retries=0)
tools = [{"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}}]


def chat(messages, **more):
    return client.chat.completions.create(model=more.pop("model", MODEL), messages=messages, **more)


hello = [{"role": "user", "content": "Hello."}]
whole = chat(hello)
pieces = [
    chunk.choices[0].delta.content or ""
    for chunk in chat(hello, stream=True, stream_options={"include_usage": True})
    if chunk.choices
]

asked = [{"role": "user", "content": QUESTION}]
first = chat(asked, tools=tools).choices[0].message
call = first.tool_calls[0]
result = {"role": "tool", "tool_call_id": call.id, "content": "Rain"}
second = chat([*asked, first, result], tools=tools)

response = client.responses.create(model=MODEL, input="Hello.")
events = [event.type for event in client.responses.create(model=MODEL, input="Hello.", stream=True)]
vectors = client.embeddings.create(model="openai/simulated", input=["a", "b"], dimensions=8)

tell(
    text=whole.choices[0].message.content,
    streamed="".join(pieces),
    tokens=whole.usage.prompt_tokens > 0,
    call=[call.function.name, json.loads(call.function.arguments)],
    after_call=second.choices[0].message.content,
    responses=[response.output_text, events[-1]],
    vectors=[len(item.embedding) for item in vectors.data],
    models=any(model.id == "demo/echo" for model in client.models.list()),
    wrong_key=error_of(lambda: OpenAI(base_url=f"{URL}/v1", api_key="sk-no", max_retries=0).models.list()),
    unknown_model=error_of(lambda: chat(hello, model="nowhere/x")),
    busy=error_of(lambda: chat(hello, model=MODEL.replace("/", "/sim.status-429--"))),
)
