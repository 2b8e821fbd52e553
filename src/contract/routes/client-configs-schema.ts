import { z } from 'zod';

const host = z
  .string()
  .regex(/^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$|^\[[0-9a-f:.]+\](?::\d{1,5})?$/, {
    error: 'must be a host in small letters, such as "models.example.com", "*.example.com" or "10.0.0.7:8000"',
  });

export const clientConfigsSchema = z
  .strictObject({
    hosts: z
      .array(host)
      .default([])
      .describe(
        'Hosts that `custom_host` of a config may name: `models.example.com`, `*.example.com`, `10.0.0.7:8000`. Only keys of the caller’s organisation go there.',
      ),
  })
  .describe('What configs may name that clients send inline or keep under a name.');
