/** Shapes of provider keys, for texts that repeat a key we do not know. Long enough that no ordinary word fits. */
const keyShapes =
  /\b(?:sk-(?:ant-|or-|proj-|svcacct-)?[A-Za-z0-9_-]{16,}|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,}|gsk_[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|r8_[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{20,}|pplx-[A-Za-z0-9]{20,}|csk-[A-Za-z0-9]{20,}|Bearer\s+[A-Za-z0-9._~+/-]{16,}=*)/g;

/** The text without the given secrets (as `secretForms` lists them) and without anything shaped like a key. */
export const maskSecrets = (text: string, secrets: readonly string[]): string => {
  let masked = text;
  for (const secret of secrets) if (secret.length >= 4) masked = masked.replaceAll(secret, '***');
  return masked.replace(keyShapes, '***');
};

/** The secrets in every form a text may quote them in: plain, inside JSON, in a URL, in base64. The longest first, so that none hides half of another. */
export const secretForms = (secrets: readonly string[]): readonly string[] =>
  [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);

const formsOf = (secret: string): readonly string[] => {
  const json = JSON.stringify(secret).slice(1, -1);
  const url = urlForm(secret);
  return [
    secret,
    json,
    // Some writers escape slashes and what HTML could read.
    json.replaceAll('/', '\\/'),
    json.replace(/[<>&'+=]/g, unicodeEscape),
    // JSON inside JSON.
    JSON.stringify(json).slice(1, -1),
    url,
    url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    ...base64Forms(secret),
  ];
};

/** Half a character has no form in a URL. */
const urlForm = (secret: string): string => {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret;
  }
};

const unicodeEscape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const base64Forms = (secret: string): readonly string[] => {
  let bytes = '';
  for (const byte of new TextEncoder().encode(secret)) bytes += String.fromCharCode(byte);
  const plain = btoa(bytes).replace(/=+$/, '');
  return plain.length < 8 ? [] : [plain, plain.replaceAll('+', '-').replaceAll('/', '_')];
};
