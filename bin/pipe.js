#!/usr/bin/env node
/**
 * Starts the bundled command line with V8's code cache: compiling it anew would cost more than a
 * whole run in which everything is fresh.
 *
 * A cache only saves time. V8 checks its version and flags, but of the source only the length; that
 * the code belongs to the source is in the names: every file of the bundle carries its digest.
 */
'use strict';
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { basename, dirname, join } = require('node:path');
const vm = require('node:vm');

const dist = join(__dirname, '..', 'dist');
const cache = join(dist, '.code-cache', `${process.version}-${process.arch}`);
if (!existsSync(join(dist, 'entry.json'))) build();

/** File -> its exports. */
const modules = new Map();
const uncached = [];
const { entry } = JSON.parse(readFileSync(join(dist, 'entry.json'), 'utf8'));
process.once('exit', writeCaches);
load(join(dist, entry)).runProcess();

function load(file) {
  const known = modules.get(file);
  if (known !== undefined) return known.exports;
  const cachedData = readIfThere(join(cache, basename(file)));
  const script = new vm.Script(
    `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'utf8')}\n})`,
    {
      filename: file,
      cachedData,
      importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    },
  );
  if (cachedData === undefined || script.cachedDataRejected) uncached.push({ file, script });
  const loaded = { exports: {} };
  modules.set(file, loaded);
  script.runInThisContext()(loaded.exports, requireFrom(file), loaded, file, dirname(file));
  return loaded.exports;
}

function requireFrom(file) {
  let fallback;
  return (name) => {
    if (name.startsWith('node:')) return require(name);
    if (name.startsWith('.')) return load(join(dirname(file), name));
    fallback ??= createRequire(file);
    return fallback(name);
  };
}

/** At exit, so that what was compiled while it ran is in it. A read-only installation starts a little slower. */
function writeCaches() {
  try {
    if (uncached.length > 0) mkdirSync(cache, { recursive: true });
    for (const { file, script } of uncached) {
      const temporary = join(cache, `.${basename(file)}.${process.pid}`);
      writeFileSync(temporary, script.createCachedData());
      renameSync(temporary, join(cache, basename(file)));
    }
  } catch {}
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** A checkout that was installed with --ignore-scripts. */
function build() {
  const { execFileSync } = require('node:child_process');
  execFileSync(process.execPath, [join(__dirname, '..', 'scripts', 'prepare.mjs')], { stdio: ['ignore', 2, 2] });
}
