const allowed = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * An id this wire accepts. Ids of other providers that do not fit (too long, other characters) are rewritten, the same way wherever they
 * stand, so that a call and its result still meet; a checksum keeps two that differ apart.
 */
export const toolCallId = (id: string): string => {
  if (allowed.test(id)) return id;
  return `${id.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 55)}_${checksum(id)}`;
};

/** FNV-1a, 32 bits, eight hex digits. */
const checksum = (text: string): string => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
};
