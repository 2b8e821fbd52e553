export const own = 'ollama-generate' as const;
