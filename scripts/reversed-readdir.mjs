// Preloaded with NODE_OPTIONS=--import: folders list their entries backwards, as another file system might. A run whose
// bytes change with it relied on an order nobody promised.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const backwards = (entries) => (Array.isArray(entries) ? entries.toReversed() : entries);
const { readdirSync, readdir } = fs;
const { readdir: readdirLater } = fs.promises;
fs.readdirSync = (...args) => backwards(readdirSync(...args));
fs.readdir = (...args) => {
  const done = args.pop();
  readdir(...args, (error, entries) => done(error, backwards(entries)));
};
fs.promises.readdir = async (...args) => backwards(await readdirLater(...args));
syncBuiltinESMExports();
