/** Keys of a bucket, page by page, for gc alone: nothing else lists. */
import { err, ok } from '../../lib/result.ts';
import type { Remote } from './remote.ts';
import { problemIn, tagIn } from './s3-answer.ts';
import { encodeSegment } from './s3-signature.ts';
import type { SendS3 } from './s3.ts';

/** `root`: the remote's own prefix, which keys are given without. */
export async function* listKeys(send: SendS3, root: string, prefix: string): ReturnType<Remote['list']> {
  for (let token = ''; ; ) {
    const next = token === '' ? '' : `&continuation-token=${encodeSegment(token)}`;
    const query = `?list-type=2&prefix=${encodeSegment(`${root}${prefix}/`)}${next}`;
    const answered = await send({ method: 'GET', key: '', query });
    if (!answered.ok || answered.value.status !== 200) {
      yield answered.ok ? err(problemIn(answered.value)) : answered;
      return;
    }
    const text = Buffer.from(answered.value.bytes).toString('utf8');
    for (const [, entry = ''] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
      const key = tagIn(entry, 'Key').slice(root.length);
      yield ok({ key, size: Number(tagIn(entry, 'Size')), mtimeMs: Date.parse(tagIn(entry, 'LastModified')) });
    }
    token = tagIn(text, 'NextContinuationToken');
    if (token === '') return;
  }
}
