import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { factsOfPrompt } from '../../core/routing/learned/query-facts-of.ts';
import { train } from '../../core/routing/learned/train/train.ts';
import { openChooser } from './open-chooser.ts';
import { openRouterParts } from './router-parts.ts';

test('a version that one of those who share the parts switches on answers at once for the others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-parts-'));
  try {
    const parts = openRouterParts(folder);
    const chooser = openChooser(parts);
    const { engine, kept } = await parts();
    expect(await chooser.engine()).toBe(engine);
    if (kept === undefined) throw new Error('nothing is kept');
    await kept.store.create('default', { id: 'support', name: 'Support' });
    expect((await chooser.router('default', 'support')).reason).toBe('nothing-activated');
    const rows = [{ id: '1', facts: factsOfPrompt('Hello'), scores: [1, 0] }];
    const artefact = train({ models: ['a', 'b'], rows }, { seed: 1 }).bytes;
    await kept.store.addVersion('default', 'support', {
      origin: 'imported',
      models: ['a', 'b'],
      rows: 1,
      warnings: [],
      artefact,
    });
    await kept.store.activate('default', 'support', 1);
    kept.directory.forget('default', 'support');
    expect(await chooser.router('default', 'support')).toMatchObject({ reason: 'active', version: 1 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('where nothing is kept there is an engine and no router', async () => {
  const chooser = openChooser(openRouterParts(undefined));
  expect((await chooser.engine()).embed).toBeDefined();
  await expect(chooser.router('default', 'support')).rejects.toThrow(
    'There is no router "support": nothing is kept here.',
  );
});
