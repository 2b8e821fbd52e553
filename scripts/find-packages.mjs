import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the package, whether cloned or installed. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Every `node_modules` from here up, nearest first: npm lifts packages when Sluice itself is a dependency. */
function moduleFolders() {
  const folders = [];
  for (let folder = root; ; folder = dirname(folder)) {
    folders.push(join(folder, 'node_modules'));
    if (dirname(folder) === folder) return folders;
  }
}

function installedVersion(name) {
  for (const folder of moduleFolders()) {
    const path = join(folder, name, 'package.json');
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')).version;
  }
  return undefined;
}

function missingPackages(names) {
  const isClone = existsSync(join(root, 'package-lock.json'));
  return Object.entries(names)
    .filter(([name, wanted]) => {
      const found = installedVersion(name);
      // A clone is held to the versions of its lockfile; an installed package takes what npm chose.
      return found === undefined || (isClone && /^\d/.test(wanted) && found !== wanted);
    })
    .map(([name]) => name);
}

/** Installs from the lockfile when something is missing, and says so in one line. `development` wants the tools of the tests too. */
export function installIfNeeded({ development }) {
  const { dependencies, devDependencies } = manifest;
  const missing = missingPackages(development ? { ...dependencies, ...devDependencies } : dependencies);
  if (missing.length === 0) return;
  if (!existsSync(join(root, 'package-lock.json'))) {
    throw new Error(`Missing packages: ${missing.join(', ')}. Install Sluice again with npm.`);
  }
  process.stderr.write(
    `Installing packages with \`npm ci\` (missing or outdated: ${missing.slice(0, 5).join(', ')}) …\n`,
  );
  const words = ['ci', '--loglevel=error', ...(development ? [] : ['--omit=dev'])];
  const { status, error } = spawnSync('npm', words, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`\`npm ci\` failed (${error?.message ?? `exit code ${status}`}).`);
}

/** Bun's program. npm may have refused the install script that puts it in place, so the platform packages are asked too. */
export function findBun() {
  const found = moduleFolders().flatMap(bunsIn).find(runs);
  if (found === undefined) {
    throw new Error('No Bun for this machine among the installed packages. Delete node_modules and run `npm ci`.');
  }
  return found;
}

function bunsIn(folder) {
  const scope = join(folder, '@oven');
  const platforms = existsSync(scope) ? readdirSync(scope).filter((name) => name.startsWith('bun-')) : [];
  const programs = platforms.flatMap((name) => ['bun', 'bun.exe'].map((file) => join(scope, name, 'bin', file)));
  return [join(folder, 'bun', 'bin', 'bun.exe'), ...programs].filter((path) => existsSync(path));
}

function runs(path) {
  return spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0;
}
