// What Not Diamond's client for JavaScript tells of the gateway: one JSON object on standard output. Run with the address of the client's module, the
// gateway's and a key.
const [module, apiUrl, apiKey] = process.argv.slice(2);
const { NotDiamond } = await import(module);

const client = new NotDiamond({ apiKey, apiUrl });
const llmProviders = [
  { provider: 'openai', model: 'gpt-4o' },
  {
    provider: 'mistral',
    model: 'My Own',
    isCustom: true,
    contextLength: 8000,
    inputPrice: 0.1,
    outputPrice: 0.2,
    latency: 1,
  },
];
const messages = [{ role: 'user', content: 'Why is the sky blue?' }];

const preferenceId = await client.createPreferenceId();
const selected = await client.modelSelect({
  messages,
  llmProviders,
  preferenceId,
  tradeoff: 'cost',
  maxModelDepth: 2,
  hashContent: true,
});
const [provider] = selected.providers;
const feedback = await client.feedback({ sessionId: selected.session_id, feedback: { accuracy: 1 }, provider });
const stranger = new NotDiamond({ apiKey: 'sk-wrong', apiUrl });

process.stdout.write(
  `${JSON.stringify({
    preference: typeof preferenceId,
    provider,
    session: typeof selected.session_id,
    feedback: feedback.feedback,
    same_session: feedback.session_id === selected.session_id,
    wrong_key: Object.keys(await stranger.modelSelect({ messages, llmProviders })),
    no_models: Object.keys(await client.modelSelect({ messages, llmProviders: [] })),
  })}\n`,
);
