#!/usr/bin/env node
/**
 * Starts the bundled command line, with V8's code cache: compiling it anew would cost more than a
 * whole run in which everything is fresh.
 *
 * The cache only saves time. V8 itself checks version and flags, but of the source only the length,
 * so the file's name carries the digest of the source.
 */
'use strict';
const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const vm = require('node:vm');

const dist = join(__dirname, '..', 'dist');
const file = join(dist, 'pipe.cjs');
if (!existsSync(file)) {
  // A checkout that was installed with --ignore-scripts.
  execFileSync(process.execPath, [join(__dirname, '..', 'scripts', 'prepare.mjs')], { stdio: ['ignore', 2, 2] });
}

const source = readFileSync(file, 'utf8');
const digest = createHash('sha256').update(source).digest('hex').slice(0, 16);
const cacheFile = join(dist, '.code-cache', `${digest}-${process.version}-${process.arch}`);
const cachedData = readIfThere(cacheFile);
const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
  filename: file,
  cachedData,
  importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
const bundle = { exports: {} };
script.runInThisContext()(bundle.exports, createRequire(file), bundle, file, dist);
bundle.exports.runProcess();

if (cachedData === undefined || script.cachedDataRejected) {
  // At exit, so that what ran until then is in it.
  process.once('exit', () => {
    try {
      mkdirSync(join(dist, '.code-cache'), { recursive: true });
      const temporary = `${cacheFile}.${process.pid}`;
      writeFileSync(temporary, script.createCachedData());
      renameSync(temporary, cacheFile);
    } catch {
      // A read-only installation starts a little slower.
    }
  });
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
