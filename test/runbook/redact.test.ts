import { describe, expect, test } from 'vitest';
import { contextLines, createRedactor } from '../../src/runbook/redact.ts';

const redact = (text: string, secrets: string[] = []) => createRedactor(secrets)(text.split('\n')).join('\n');

describe('values that are known', () => {
  test('as they are, in base64, in a URL, in JSON, line by line', () => {
    const secret = 'p&ss "word"/1';
    const forms = [
      secret,
      Buffer.from(secret).toString('base64'),
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
    ];
    for (const form of forms) expect(redact(`a ${form} b`, [secret])).toBe('a *** b');
    expect(redact('first line\nx second line y', ['first line\nsecond line'])).toBe('***\nx *** y');
  });

  test('the longer of two goes first; very short ones are not looked for', () => {
    expect(redact('secret-and-more', ['secret', 'secret-and-more'])).toBe('***');
    expect(redact('a cab', ['a', ''])).toBe('a cab');
  });
});

const jwt = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(30)}.${'c'.repeat(20)}`;

describe('patterns', () => {
  test.each([
    ['Authorization: Bearer abcdef1234567890', 'Authorization: Bearer ***'],
    [`token ${jwt} here`, 'token *** here'],
    ['    client-key-data: LS0tLS1CRUdJTiBSU0E', '    client-key-data: ***'],
    ['    token: 0123456789abcdef', '    token: ***'],
    ['"access_token":"abcdefgh"', '"access_token":"***"'],
    ['https://user:pa55word@host/path', 'https://user:***@host/path'],
    [Buffer.from('-----BEGIN EC PRIVATE KEY-----\nAAAA\n').toString('base64'), '***'],
    ['key: "-----BEGIN PRIVATE KEY-----\\nMII\\n-----END PRIVATE KEY-----\\n" # x', 'key: "***\\n" # x'],
  ])('%s', (raw, shown) => expect(redact(raw)).toBe(shown));

  test.each([
    'pod/web-5d4 created',
    'certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0t',
    Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n').toString('base64'),
    'tokens: 5',
    'data:',
    'see https://example.com/a:b@c',
    'the bearer of bad news',
  ])('not %s', (raw) => expect(redact(raw)).toBe(raw));
});

describe('private keys over several lines', () => {
  const body = Array.from({ length: 5 }, () => 'A1b2'.repeat(16));
  const begin = '-----BEGIN OPENSSH PRIVATE KEY-----';
  const end = '-----END OPENSSH PRIVATE KEY-----';

  test('whole, not finished yet, and with the beginning out of sight', () => {
    expect(redact(['x', begin, ...body, end, 'y'].join('\n'))).toBe(
      ['x', ...Array(7).fill('***'), 'y'].join('\n'),
    );
    expect(redact([begin, ...body].join('\n'))).toBe(Array(6).fill('***').join('\n'));
    expect(redact(['words', ...body, end, 'y'].join('\n'))).toBe(
      ['words', ...Array(6).fill('***'), 'y'].join('\n'),
    );
  });

  test('a certificate is not a secret', () => {
    const certificate = ['-----BEGIN CERTIFICATE-----', ...body, '-----END CERTIFICATE-----'].join('\n');
    expect(redact(certificate)).toBe(certificate);
  });

  test('the context given is more than the largest common key has lines', () => {
    expect(contextLines).toBeGreaterThan(8192 / 8 / 48 + 150);
  });
});

describe('the data of Secrets', () => {
  test('YAML as kubectl prints it, where the kind comes last', () => {
    expect(
      redact(
        'apiVersion: v1\ndata:\n  password: c2VjcmV0\n  long: |\n    c2Vj\n    cmV0\nkind: Secret\nmetadata:\n  name: x',
      ),
    ).toBe(
      'apiVersion: v1\ndata:\n  password: ***\n  long: |\n    ***\n    ***\nkind: Secret\nmetadata:\n  name: x',
    );
  });

  test('a list of objects of several kinds: only the Secret', () => {
    const list = (password: string) =>
      [
        'items:',
        '- apiVersion: v1',
        '  data:',
        '    level: debug',
        '  kind: ConfigMap',
        '- apiVersion: v1',
        '  data:',
        `    password: ${password}`,
        '  kind: Secret',
        'kind: List',
      ].join('\n');
    expect(redact(list('c2VjcmV0'))).toBe(list('***'));
  });

  test('several documents, and a kind that comes first', () => {
    const documents = (value: string) =>
      `kind: Secret\nstringData:\n  a: ${value}\n---\nkind: ConfigMap\ndata:\n  a: plain\n---\nkind: Deployment`;
    expect(redact(documents('hello'))).toBe(documents('***'));
  });

  test('JSON, over lines and on one', () => {
    const pretty = (value: string) =>
      JSON.stringify({ apiVersion: 'v1', data: { a: value, b: value }, kind: 'Secret' }, null, 4);
    expect(redact(pretty('c2VjcmV0'))).toBe(pretty('***'));
    const one = (value: string) => `x ${JSON.stringify({ data: { a: value }, kind: 'Secret' })}`;
    expect(redact(one('c2VjcmV0'))).toBe(one('***'));
    const annotation = (value: string) =>
      `  last: ${JSON.stringify(JSON.stringify({ kind: 'Secret', data: { a: value } }))}`;
    expect(redact(annotation('c2VjcmV0'))).toBe(annotation('***'));
  });

  test('with the kind out of sight, what looks like base64 is hidden and what does not is shown', () => {
    expect(redact('data:\n  key: QUJDREVGR0hJSktMTU5PUFFSU1RVVg==\n  mode: enabled')).toBe(
      'data:\n  key: ***\n  mode: enabled',
    );
  });

  test('a diff of one', () => {
    expect(redact(' data:\n-  a: b2xkb2xk\n+  a: bmV3bmV3\n kind: Secret')).toBe(
      ' data:\n-  a: ***\n+  a: ***\n kind: Secret',
    );
  });
});
