export const own = 'bedrock-converse';
