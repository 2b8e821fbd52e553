// Makes `dist/sluice`: the program, its data and the runtime in one file that needs neither Bun nor node_modules. Run by Bun.
// `bun scripts/build-binary.mjs [FILE] [--target bun-linux-arm64]`
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './find-packages.mjs';

const { values, positionals } = parseArgs({ options: { target: { type: 'string' } }, allowPositionals: true });
const outfile = resolve(positionals[0] ?? join(root, 'dist/sluice'));
mkdirSync(dirname(outfile), { recursive: true });

const built = await Bun.build({
  // All but the first run on threads of their own.
  entrypoints: [
    'app/cli/main.ts',
    'adapters/sqlite/store-worker.ts',
    'adapters/tokenizer/token-worker.ts',
    'adapters/routers/training-worker.ts',
  ].map((file) => join(root, 'src', file)),
  // Names stay: they are what a stack trace in a bug report says.
  minify: { whitespace: true, syntax: true },
  compile: {
    outfile,
    ...(values.target === undefined ? {} : { target: values.target }),
    // A bunfig.toml in the folder it is started in could load code.
    autoloadBunfig: false,
    autoloadTsconfig: false,
    autoloadPackageJson: false,
  },
});
for (const log of built.logs) process.stderr.write(`${log}\n`);
if (built.success) process.stdout.write(`${outfile} (${Math.round(statSync(outfile).size / 1024 / 1024)} MB)\n`);
process.exitCode = built.success ? 0 : 1;
