/**
 * Reads a model that was trained elsewhere, with what it does not say of itself, as the text of a model file of
 * ours. Told apart by content, never by name. Every error is a sentence that begins with the file it is about.
 */
import { readFileSync, statSync } from 'node:fs';
import { digestOf } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { completeModel, type ForeignModel } from '../ml/foreign-model.ts';
import { parseModel, renderModel } from '../ml/model-file.ts';
import { parseNumberTable } from '../ml/number-table.ts';
import { parseSignature, type Signature } from '../ml/signature.ts';
import { importXgboost, isUbjson } from '../ml/xgboost-import.ts';
import { errorCode } from '../store/read-if-there.ts';

export interface ForeignFiles {
  readonly file: string;
  /** A model file of ours, or a small JSON with the same keys. */
  readonly signature?: string | undefined;
  /** CSV of rows like those the model learnt from, for histograms and examples. */
  readonly rows?: string | undefined;
}

export function readForeignModel(files: ForeignFiles): Result<string, string> {
  const { file } = files;
  const bytes = readBytes(file);
  if (!bytes.ok) return bytes;
  if (isUbjson(bytes.value)) {
    return err(`${file} is in XGBoost's binary format: save it with save_model("model.json")`);
  }
  const text = new TextDecoder().decode(bytes.value);
  const own = parseModel(text);
  if (own.ok) return readOwn(files, text);
  // Text that is no JSON may still be XGBoost's: see importXgboost.
  if (own.error.code !== 'unknown-format' && own.error.code !== 'not-json') {
    return err(`${file} cannot be imported: ${own.error.message}`);
  }
  const imported = importXgboost(text);
  if (!imported.ok) return err(`${file} cannot be imported: ${imported.error.message}`);
  const signature = readSignature(files);
  if (!signature.ok) return signature;
  const rows = readRows(files, signature.value);
  if (!rows.ok) return rows;
  const parts = { imported: imported.value, signature: signature.value, digest: digestOf(bytes.value) };
  const model = completeModel({ ...parts, rows: rows.value });
  return model.ok ? ok(renderModel(model.value)) : err(`${file} and ${files.signature} disagree: ${model.error}`);
}

function readOwn({ file, signature, rows }: ForeignFiles, text: string): Result<string, string> {
  const tooMuch = signature ?? rows;
  return tooMuch === undefined ? ok(text) : err(`${file} is a model file and says all of itself: leave out ${tooMuch}`);
}

function readSignature({ file, signature }: ForeignFiles): Result<Signature, string> {
  if (signature === undefined) {
    return err(`${file} does not say what its inputs are: give --signature, a model file or a JSON`);
  }
  const bytes = readBytes(signature);
  if (!bytes.ok) return bytes;
  const parsed = parseSignature(new TextDecoder().decode(bytes.value));
  return parsed.ok ? parsed : err(`${signature} is no signature: ${parsed.error.message}`);
}

function readRows(
  { signature, rows }: ForeignFiles,
  { inputs, like }: Signature,
): Result<ForeignModel['rows'], string> {
  if (rows === undefined) {
    return like === undefined
      ? err(`${signature} does not say what the rows look like: give --rows, a CSV with a column for each input`)
      : ok(undefined);
  }
  const bytes = readBytes(rows);
  if (!bytes.ok) return bytes;
  const table = parseNumberTable(new TextDecoder().decode(bytes.value));
  if (!table.ok) return err(`${rows}:${table.error.line}: ${table.error.message}`);
  const { columns, matrix } = table.value;
  const at = inputs.findIndex((input, i) => input.name !== columns[i]);
  if (at >= 0) return err(`${rows}:1: column ${at + 1} is ${columns[at] ?? 'missing'}, expected ${inputs[at]?.name}`);
  if (columns.length > inputs.length) return err(`${rows}:1: column ${columns[inputs.length]} is no input`);
  return matrix.rows > 0 ? ok({ matrix, digest: digestOf(bytes.value) }) : err(`${rows} has no rows`);
}

/** As the daemon, which would refuse a larger model. */
const MAX_BYTES = 128 * 1024 * 1024;

function readBytes(path: string): Result<Uint8Array, string> {
  try {
    if (statSync(path).size > MAX_BYTES) return err(`${path} is larger than ${MAX_BYTES} bytes`);
    return ok(readFileSync(path));
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return err(`${path} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}`);
  }
}
