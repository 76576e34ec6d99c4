/**
 * Tells when a file may have changed, sooner than a poll would. Only a hint: on bind mounts and
 * network disks nothing is told, which is why there is a poll beside it.
 */
import { watch } from 'chokidar';

export function watchFile(file: string, onChange: () => void): () => void {
  const watcher = watch(file, { ignoreInitial: true, persistent: false });
  watcher.on('all', onChange).on('error', () => undefined);
  return () => void watcher.close();
}
