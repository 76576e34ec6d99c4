/**
 * The two streams of the process, written so that a reader who went away (`pipe status | head`)
 * ends the output and nothing else.
 */

/** What of a process's stream is used here; a test gives a plain object. */
export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly write: (text: string) => unknown;
  readonly on?: (event: 'error', listener: (error: Error) => void) => unknown;
}

export interface Output {
  readonly stream: OutputStream;
  readonly write: (text: string) => void;
}

export function createOutput(stream: OutputStream): Output {
  let isOpen = true;
  stream.on?.('error', (error) => {
    if (!isBrokenPipe(error)) throw error;
    isOpen = false;
  });
  return {
    stream,
    write: (text) => {
      if (isOpen) stream.write(text);
    },
  };
}

const isBrokenPipe = (error: Error): boolean => 'code' in error && (error.code === 'EPIPE' || error.code === 'EIO');
