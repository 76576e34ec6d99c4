/** `pipe predict` as it is typed: files and pipes in, answers out, here and from a server. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeTwoModels } from '../serve/support/two-models.ts';
import { FEATURES, INPUTS } from '../serve/support/rig.ts';
import { endOf } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const PIPE = join(import.meta.dirname, '../../bin/pipe.js');
const HEADER = INPUTS.map(({ name }) => name).join(',');
const ROW = FEATURES.join(',');
const RECORD = Object.fromEntries(INPUTS.map(({ name }, i) => [name, FEATURES[i]]));

async function project() {
  const cwd = tempFolder();
  await writeTwoModels(cwd);
  const write = (name: string, text: string) => writeFileSync(join(cwd, name), text);
  const predict = (args: readonly string[], input: string | Uint8Array = '') => {
    const child = spawn(process.execPath, [PIPE, 'predict', ...args], { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end(input);
    return endOf(child);
  };
  return { cwd, write, predict };
}

const ACCIDENTS = ['--model', 'accidents'];

describe('with the model here', () => {
  test('a CSV comes back with answers, its own columns kept; bad rows are told with number and line', async () => {
    const { write, predict } = await project();
    write(
      'rows.csv',
      `who,${HEADER}\n=a,${ROW}\n-1,${FEATURES.with(0, 1).join(',')}\nc,x,${FEATURES.slice(1).join(',')}\n`,
    );
    const { code, stdout, stderr } = await predict(['rows.csv', ...ACCIDENTS]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe(`who,${HEADER},prediction,probability,error`);
    expect(lines[1]).toMatch(/^'=a,.*,1,0\.\d+,$/); // nothing for a spreadsheet to run
    expect(lines[2]).toMatch(/^-1,/);
    expect(lines[3]).toMatch(/,,,place: Input should be a valid number$/);
    expect(stderr).toContain('row 3 (line 4): place: Input should be a valid number');
    expect(code).toBe(1);
  });

  test('a file that is none of its format is refused with the reason, and is no bug', async () => {
    const { predict } = await project();
    const latin1 = await predict(['-', '--format', 'csv', ...ACCIDENTS], Buffer.from('é,b\n', 'latin1'));
    const quote = await predict(['-', '--format', 'csv', ...ACCIDENTS], `${HEADER},c\n${ROW},"x\n`);
    expect([latin1.code, latin1.stderr]).toEqual([2, expect.stringContaining('the file is not valid UTF-8')]);
    expect([quote.code, quote.stderr]).toEqual([2, expect.stringContaining('line 2 of the file is never closed')]);
    const marked = await predict(['-', '--format', 'json', ...ACCIDENTS], `\ufeff${JSON.stringify([RECORD])}`);
    expect(marked.code).toBe(0);
  });

  test('lines of JSON and JSON are answered in kind, by a pipe too, and explained on request', async () => {
    const { write, predict } = await project();
    const lines = await predict(
      ['-', ...ACCIDENTS],
      `${JSON.stringify(RECORD)}\n${JSON.stringify({ features: FEATURES })}\n`,
    );
    expect(
      lines.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { row: 1, prediction: 1 },
      { row: 2, prediction: 1 },
    ]);
    write('one.json', JSON.stringify({ features: [FEATURES, FEATURES] }));
    const explained = await predict(['one.json', '--explain', ...ACCIDENTS]);
    expect(explained.code).toBe(0);
    const [answer] = JSON.parse(explained.stdout);
    expect(Object.keys(answer.contributions)).toHaveLength(28);
    const csv = await predict(['-', '--explain', ...ACCIDENTS], `${HEADER}\n${ROW}\n`);
    expect(csv.stdout).toContain(',base,contribution_place,');
    expect(JSON.parse((await predict(['-', '--format', 'json', ...ACCIDENTS], '[]')).stdout)).toEqual([]);
  });

  test('a model of texts takes texts', async () => {
    const { predict } = await project();
    const { stdout } = await predict(['-', '--model', 'sentiment'], 'text\n"great, really"\nterrible\n');
    expect(stdout).toMatch(/^text,prediction,confidence,error\n"great, really",positive,.*,\nterrible,negative,.*,\n$/);
  });

  test('a text is explained word by word', async () => {
    const { predict } = await project();
    const asked = ['-', '--model', 'sentiment', '--explain'];
    const csv = (await predict(asked, 'text\ngreat film\n')).stdout;
    expect(csv).toMatch(
      /^text,prediction,confidence,base,contributions,error\ngreat film,positive,[\d.]+,[-\d.]+,"\{""great"":/,
    );
    const json = JSON.parse((await predict([...asked, '--format', 'ndjson'], '{"text": "great film"}\n')).stdout);
    const logOdds = Object.values<number>(json.contributions).reduce((sum, value) => sum + value, json.base);
    expect(1 / (1 + Math.exp(-logOdds))).toBeCloseTo(json.confidence, 9);
  });

  test.each([
    ['a file that is not there', ['nope.csv', '--model', 'accidents'], '', 'nope.csv is not there'],
    ['a folder', ['.', '--model', 'accidents'], '', '. is a folder: name a file in it'],
    [
      'a column that is missing',
      ['-', '--model', 'accidents'],
      'a,b\n1,2\n',
      'no column place, catu, sexe, secu1, year_acc and 23 more',
    ],
    ['broken JSON', ['-', '--format', 'json', '--model', 'accidents'], '{', 'not valid JSON'],
    [
      'a token without a server',
      ['-', '--token-file', 'x', '--model', 'accidents'],
      '',
      '--token-file is for a server',
    ],
    ['a server that is not there', ['-', '--url', 'http://127.0.0.1:9'], 'x', 'does not answer: bad port'],
  ])('%s is refused in words, with exit code 2', async (_, args, input, words) => {
    const { predict } = await project();
    const { code, stderr } = await predict(args, input);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  });
});

describe('with a server', () => {
  test('answers the same, in batches, with a key; without one says what is missing', async () => {
    const { cwd, predict } = await project();
    const child = spawn(process.execPath, [PIPE, 'serve', '--demo', '--json', '--port', '0'], { cwd });
    onTestFinished(() => void child.kill('SIGINT'));
    const url = await new Promise<string>((resolve) =>
      child.stdout.once('data', (line: Buffer) => resolve(JSON.parse(String(line)).url)),
    );
    const form = new URLSearchParams({ username: 'alice', password: 'secret123' });
    const signedIn = await fetch(`${url}/auth/token`, { method: 'POST', body: form });
    writeFileSync(join(cwd, 'token'), `${Object(await signedIn.json()).access_token}\n`);
    const server = ['--url', url, '--token-file', 'token'];

    const rows = `${HEADER}\n${`${ROW}\n`.repeat(150)}x${ROW.slice(2)}\n${ROW}\n`;
    const there = await predict(['-', ...server], rows);
    const here = await predict(['-', ...ACCIDENTS], rows);
    expect(there.stdout).toBe(here.stdout);
    expect(there.stderr).toContain('row 151 (line 152)');
    expect([there.code, here.code]).toEqual([1, 1]);
    const texts = await predict(['-', ...server, '--model', 'sentiment'], '"great"\n"terrible"\n');
    expect(texts.code).toBe(2); // a CSV without its column
    const json = await predict(
      ['-', ...server, '--model', 'sentiment', '--format', 'ndjson'],
      '"great"\n{"text":"terrible"}\n',
    );
    expect(
      json.stdout
        .split('\n')
        .slice(0, 2)
        .map((line) => JSON.parse(line).prediction),
    ).toEqual(['positive', 'negative']);
    const explained = await predict(['-', ...server, '--explain', '--format', 'ndjson'], JSON.stringify(FEATURES));
    expect(Object.keys(JSON.parse(explained.stdout).contributions)).toHaveLength(28);

    const refused = await predict(['-', '--url', url], rows);
    expect(refused.stderr).toContain('says 401: Not authenticated');
    expect(refused.stderr).toContain('--token-file');
    expect(refused.code).toBe(2);
  });
});
