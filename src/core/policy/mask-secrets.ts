/** Shapes of provider keys, for texts that repeat a key we do not know. Long enough that no ordinary word fits. */
const keyShapes =
  /\b(?:sk-(?:ant-|or-|proj-|svcacct-)?[A-Za-z0-9_-]{16,}|AIza[A-Za-z0-9_-]{30,}|gsk_[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|r8_[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{20,}|pplx-[A-Za-z0-9]{20,}|csk-[A-Za-z0-9]{20,}|Bearer\s+[A-Za-z0-9._~+/-]{16,}=*)/g;

/** The text without the given secrets and without anything shaped like a key. */
export const maskSecrets = (text: string, secrets: readonly string[]): string => {
  let masked = text;
  for (const secret of secrets) if (secret.length >= 4) masked = masked.replaceAll(secret, '***');
  return masked.replace(keyShapes, '***');
};
