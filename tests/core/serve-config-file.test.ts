import { describe, expect, test } from 'vitest';
import { parseServeConfig } from '../../src/core/serve-config-file.ts';

const parse = (text: string, isOwn = false) => parseServeConfig({ file: 'serve.yaml', text, isOwn });

/** Place, path, message and hint, as people read them. */
function faults(text: string, isOwn = false): readonly string[] {
  const parsed = parse(text, isOwn);
  if (parsed.ok || parsed.error.code !== 'config-invalid') return [];
  return parsed.error.problems.map(
    ({ place, path, message, hint }) => `${place.line}:${place.column} ${path}: ${message}${hint ? ` (${hint})` : ''}`,
  );
}

describe('serve: of a configuration file', () => {
  test('is taken as text, whatever YAML makes of it', () => {
    expect(parse('serve:\n  port: 9000\n  docs: off\n  demo: true\n  allowed_hosts: [a.example, b.example]\n')).toEqual(
      {
        ok: true,
        value: { port: '9000', docs: 'off', demo: 'true', allowed_hosts: 'a.example,b.example' },
      },
    );
  });

  test.each(['', 'serve:\n', 'cache: {dir: x}\n'])('may be missing: %j', (text) => {
    expect(parse(text)).toEqual({ ok: true, value: {} });
  });

  test('an unknown key is refused where it stands, with what was meant', () => {
    expect(faults('serve:\n  prot: 9000\n')).toEqual(['2:3 serve.prot: unknown key `prot` (did you mean `port`?)']);
  });

  test('secrets have no key here', () => {
    expect(faults('serve:\n  secret_key: abc\n')).toEqual([
      expect.stringContaining('unknown key `secret_key` (known here: '),
    ]);
  });

  test('all values that cannot be are told at once', () => {
    expect(faults('serve:\n  port: 70000\n  docs: maybe\n  drain_delay: long\n')).toEqual([
      '2:9 serve.port: expected a number from 0 to 65535',
      '3:9 serve.docs: expected on, off or user',
      '4:16 serve.drain_delay: expected a number of seconds, such as 5',
    ]);
  });

  test('a file of its own holds nothing else', () => {
    expect(faults('sevre: {}\n', true)).toEqual(['1:1 sevre: unknown key `sevre` (did you mean `serve`?)']);
    expect(faults('cache: {}\n', false)).toEqual([]);
  });
});
