/** Letters and digits of a text in lower case, hashed: questions that differ only in marks and case are one question. */
export const questionHash = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    let code = text.charCodeAt(index);
    if (code >= 65 && code <= 90) code += 32;
    if (code <= 47 || (code >= 58 && code <= 96) || (code >= 123 && code <= 127)) continue;
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return hash >>> 0;
};

/** A number in [0, 1) from a question and a salt: the same question always falls the same way. */
export const questionShare = (hash: number, salt: number): number => {
  let mixed = Math.imul(hash ^ Math.imul(salt + 1, 0x9e3779b9), 0x21f0aaad);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x735a2d97);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x21f0aaad);
  mixed ^= mixed >>> 16;
  return (mixed >>> 0) / 4_294_967_296;
};
