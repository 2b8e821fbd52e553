import json

import litellm
from report import KEY, MODEL, QUESTION, SCHEMA, URL, error_of, tell

litellm.suppress_debug_info = True
tools = [{"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}}]
hello = [{"role": "user", "content": "Hello."}]

# The same gateway as a provider of three formats.
ways = {
    "openai": {"model": f"openai/{MODEL}", "api_base": f"{URL}/v1"},
    "anthropic": {"model": f"anthropic/{MODEL}", "api_base": URL, "max_tokens": 200},
    "ollama": {"model": f"ollama_chat/{MODEL}", "api_base": URL},
}


def chat(way, messages, **more):
    return litellm.completion(**{**ways[way], "api_key": KEY, "num_retries": 0, "messages": messages, **more})


def facts_of(way):
    whole = chat(way, hello)
    pieces = [chunk.choices[0].delta.content or "" for chunk in chat(way, hello, stream=True)]
    asked = [{"role": "user", "content": QUESTION}]
    first = chat(way, asked, tools=tools).choices[0].message
    call = first.tool_calls[0]
    result = {"role": "tool", "tool_call_id": call.id, "name": call.function.name, "content": "Rain"}
    second = chat(way, [*asked, first, result], tools=tools)
    return {
        "text": whole.choices[0].message.content,
        "streamed": "".join(pieces),
        "tokens": whole.usage.prompt_tokens > 0,
        "call": [call.function.name, json.loads(call.function.arguments)],
        "after_call": second.choices[0].message.content,
    }


vectors = litellm.embedding(model="openai/openai/simulated", api_base=f"{URL}/v1", api_key=KEY, input=["a", "b"])

tell(
    **{way: facts_of(way) for way in ways},
    vectors=len(vectors.data),
    wrong_key=error_of(lambda: chat("openai", hello, api_key="sk-no")),
    unknown_model=error_of(lambda: chat("openai", hello, model="openai/nowhere/x")),
    busy=error_of(lambda: chat("openai", hello, model="openai/" + MODEL.replace("/", "/sim.status-429--"))),
)
