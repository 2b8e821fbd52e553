import { expect, test } from 'bun:test';
import { isLitellmPath } from './litellm-paths.ts';
import { litellmRoutes } from './litellm-routes.ts';

test.each(litellmRoutes.map(({ path }) => path.replaceAll(/\{[^}]+\}/g, 'one')))('%s is LiteLLM’s', (path) => {
  expect(isLitellmPath(path)).toBe(true);
});
