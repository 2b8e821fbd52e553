from litellm.proxy.client import Client
from litellm.proxy.client.health import HealthManagementClient
from litellm.proxy.client.users import UsersManagementClient
from report import KEY, MODEL, URL, error_of, tell

client = Client(base_url=URL, api_key=KEY)
users = UsersManagementClient(base_url=URL, api_key=KEY)
hello = [{"role": "user", "content": "Hello."}]

made = client.keys.generate(models=[MODEL], aliases={"mine": MODEL}, key_alias=f"of {MODEL}", duration="1h")
key = made["key"]
client.keys.update(key=key, key_alias=f"for {MODEL}")
told = client.keys.info(key=key)["info"]
own = Client(base_url=URL, api_key=key)
answer = own.chat.completions(model="mine", messages=hello)
streamed = "".join(
    (chunk["choices"][0]["delta"].get("content") or "") if chunk["choices"] else ""
    for chunk in own.chat.completions_stream(model="mine", messages=hello)
)
mocked = client.http.request(
    "POST",
    "/chat/completions",
    json={"model": MODEL, "messages": hello, "mock_testing_fallbacks": True, "fallbacks": [f"{MODEL}-2"]},
)
users.create_user({"user_id": f"u-{MODEL.split('/')[0]}", "auto_create_key": False})
found = users.get_user(f"u-{MODEL.split('/')[0]}")
users.delete_user([f"u-{MODEL.split('/')[0]}"])

name = f"kept-{MODEL.split('/')[0]}"
client.models.new(model_name=name, model_params={"model": MODEL}, model_info={"id": f"{name}-1"})
kept = client.models.get(model_id=f"{name}-1")
by_name = client.chat.completions(model=name, messages=hello)
client.models.delete(model_id=f"{name}-1")

client.credentials.create(
    credential_name=f"c-{name}",
    credential_info={"custom_llm_provider": "openai"},
    credential_values={"api_key": "sk-of-a-credential-0123456789"},
)
named = [one["credential_name"] for one in client.credentials.list()["credentials"]]
client.credentials.delete(credential_name=f"c-{name}")

listed = client.keys.list(return_full_object=True, size=100)
client.keys.delete(keys=[key])

tell(
    key_alias=told["key_alias"] == f"for {MODEL}",
    text=answer["choices"][0]["message"]["content"],
    streamed=streamed,
    mocked=mocked["choices"][0]["message"]["content"],
    user=found["user_info"]["user_id"] == f"u-{MODEL.split('/')[0]}",
    kept=kept["model_name"] == name,
    by_name=by_name["choices"][0]["message"]["content"],
    credential=f"c-{name}" in named,
    listed=any(one["key_alias"] == f"for {MODEL}" for one in listed["keys"]),
    groups=len(client.model_groups.info()) > 0,
    models=len(client.models.list()) > 0,
    teams=isinstance(client.teams.list(), list),
    ready=HealthManagementClient(base_url=URL, api_key=KEY).get_readiness()["status"],
    gone=error_of(lambda: own.chat.completions(model="mine", messages=hello)),
)
