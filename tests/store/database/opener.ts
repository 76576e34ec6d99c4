/** Opens the database of the test, adds a user of its own, and closes. */
import { openDatabase } from '../../../src/store/database/open.ts';
import { addUser } from '../../../src/store/database/users.ts';

const opened = await openDatabase({ file: process.argv[2] ?? '', busyTimeoutMs: 10_000 });
if (!opened.ok) throw new Error(JSON.stringify(opened.error));
const name = `user-${process.pid}`;
const added = await addUser(opened.value, {
  id: name,
  username: name,
  email: null,
  passwordHash: 'none',
  role: 'user',
  mustChangePassword: false,
  createdAt: new Date().toISOString(),
});
if (added === undefined) throw new Error('not added');
await opened.value.close();
