/** The words between the rounds of `repro --watch`. */
import type { WatchEvent } from '../core/event.ts';
import { assertNever } from '../lib/assert-never.ts';
import type { Theme } from './theme.ts';

const MAX_PATHS = 3;

type Told = Exclude<WatchEvent, { readonly type: 'watch-failure' }>;

export function renderWatch(event: Told, theme: Theme): string {
  switch (event.type) {
    case 'watch-waiting': {
      const { paths, failed } = event;
      const places = `${paths} ${paths === 1 ? 'place' : 'places'}`;
      const about = failed.length === 0 ? '' : `; ${failed.join(', ')} failed and ${verb(failed)} for other inputs`;
      return theme.faint(`watching ${places} for changes (Ctrl-C ends it)${about}`);
    }
    case 'watch-changed': {
      const { paths, stopped } = event;
      const others = paths.length > MAX_PATHS ? ` and ${paths.length - MAX_PATHS} more` : '';
      const about = stopped.length === 0 ? '' : `: ${stopped.join(', ')} is stopped, what it read is old`;
      return `${theme.warn('changed')} ${paths.slice(0, MAX_PATHS).join(', ')}${others}${about}`;
    }
    case 'watch-polling':
      return theme.warn(
        'warning: the system can watch no more files, so they are looked at every second (to raise the limit: sysctl fs.inotify.max_user_watches)',
      );
    default:
      return assertNever(event);
  }
}

const verb = (failed: readonly string[]): string => (failed.length === 1 ? 'waits' : 'wait');
