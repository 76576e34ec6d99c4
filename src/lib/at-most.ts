/** Many asynchronous tasks, so many at a time. */

/** Takes the next item when one is done; the first rejection ends it, after what runs has ended. */
export async function forEachAtMost<T>(
  limit: number,
  items: Iterable<T>,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  let failed: { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true && failed === undefined; next = rest.next()) {
      try {
        await act(next.value);
      } catch (error) {
        failed ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
  if (failed !== undefined) throw failed.error;
}

/** Results in the order of the items, up to `ahead` of them begun before they are asked for. */
export async function* inOrder<T, U>(
  ahead: number,
  items: Iterable<T>,
  act: (item: T) => Promise<U>,
): AsyncGenerator<U> {
  const rest = items[Symbol.iterator]();
  const begun: Promise<U>[] = [];
  const begin = () => {
    const next = rest.next();
    if (next.done === true) return;
    const result = act(next.value);
    result.catch(() => undefined); // its turn comes, or nobody asks any more
    begun.push(result);
  };
  for (let count = 0; count < ahead; count += 1) begin();
  for (let first = begun.shift(); first !== undefined; first = begun.shift()) {
    const value = await first;
    begin();
    yield value;
  }
}
