const compiled = new Map<string, RegExp>();

/** Whether a model id fits a pattern of the catalogue or the config file. An absent pattern fits every model. Patterns are checked when read. */
export const modelMatches = (pattern: string | undefined, model: string): boolean => {
  if (pattern === undefined || pattern === '') return true;
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    expression = new RegExp(pattern);
    compiled.set(pattern, expression);
  }
  return expression.test(model);
};
