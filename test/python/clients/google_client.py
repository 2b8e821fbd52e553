from google import genai
from google.genai import types
from report import KEY, MODEL, QUESTION, SCHEMA, URL, error_of, tell


def connect(key):
    return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=URL))


client = connect(KEY)
declaration = types.FunctionDeclaration(name="get_weather", parameters_json_schema=SCHEMA)
config = types.GenerateContentConfig(
    tools=[types.Tool(function_declarations=[declaration])],
    automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
)

whole = client.models.generate_content(model=MODEL, contents="Hello.")
pieces = [chunk.text or "" for chunk in client.models.generate_content_stream(model=MODEL, contents="Hello.")]

asked = types.Content(role="user", parts=[types.Part(text=QUESTION)])
first = client.models.generate_content(model=MODEL, contents=[asked], config=config)
call = first.function_calls[0]
answer = types.FunctionResponse(id=call.id, name=call.name, response={"output": "Rain"})
result = types.Content(role="user", parts=[types.Part(function_response=answer)])
second = client.models.generate_content(
    model=MODEL, contents=[asked, first.candidates[0].content, result], config=config
)
vectors = client.models.embed_content(model="gemini/simulated", contents=["a", "b"])


def ask(model, key=KEY):
    asking = connect(key)
    return lambda: asking.models.generate_content(model=model, contents="Hello.")


tell(
    text=whole.text,
    streamed="".join(pieces),
    tokens=whole.usage_metadata.prompt_token_count > 0,
    call=[call.name, call.args],
    after_call=second.text,
    vectors=len(vectors.embeddings),
    models=any(model.name == "models/demo/echo" for model in client.models.list()),
    wrong_key=error_of(ask(MODEL, "sk-no")),
    unknown_model=error_of(ask("nowhere/x")),
    busy=error_of(ask(MODEL.replace("/", "/sim.status-429--"))),
)
