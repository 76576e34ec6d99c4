/** Signatures as the S3 API reference works them out ("Examples: Signature Calculations"). */
import { expect, test } from 'vitest';
import { digestOf } from '../../../src/lib/digest.ts';
import { createSigner } from '../../../src/store/remotes/s3-signature.ts';

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const now = new Date('2013-05-24T00:00:00Z');
const host = 'https://examplebucket.s3.amazonaws.com';

test.each([
  {
    what: 'GET with a range',
    method: 'GET',
    url: `${host}/test.txt`,
    headers: { range: 'bytes=0-9' },
    payload: digestOf(''),
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    what: 'PUT of a name that has to be encoded',
    method: 'PUT',
    url: `${host}/test%24file.text`,
    headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    payload: digestOf('Welcome to Amazon S3.'),
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    what: 'GET of a sub-resource without a value',
    method: 'GET',
    url: `${host}/?lifecycle`,
    headers: {},
    payload: digestOf(''),
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    what: 'GET of a list',
    method: 'GET',
    url: `${host}/?max-keys=2&prefix=J`,
    headers: {},
    payload: digestOf(''),
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
])('$what', ({ method, url, headers, payload, signature }) => {
  const signed = createSigner('us-east-1')({ method, url: new URL(url), headers, payload }, credentials, now);
  expect(signed['authorization']).toMatch(new RegExp(`Signature=${signature}$`));
});
