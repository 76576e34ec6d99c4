/** What `pipe exp` and its commands say of themselves, with examples. */

export const EXAMPLES = `
Examples:
  pipe exp run -S train.lr=0.05,0.1,0.2
  pipe exp show --sort-by auc --sort-order desc
  pipe exp apply exp-3f9a2c81
  pipe exp run --help`;

export const RUN = `
Each experiment begins from HEAD and from what stands here on top of it: what git tracks,
and what it would track. It runs in a git work tree of its own with the shared cache, so
the files here stay as they are, and what is known already is restored, not run. What
lives on between runs (persist outs, model registries) is copied. Of several values all
combinations are run; values are written as in YAML.

Examples:
  pipe exp run -S train.lr=0.05               one
  pipe exp run -S train.lr=0.05,0.1 -S train.depth=range(3,6)  six
  pipe exp run -S 'train.layers=[64,32],[128]' -j 2
  pipe exp run -n wide -S train.depth=12      called wide
  pipe exp run --resume                       go on after Ctrl-C or a crash

Exit code: 0; 1 when one failed (it is kept out of the results); 2 nothing was run.`;

export const LIST = `
Examples:
  pipe exp list
  pipe exp list --json`;

export const SHOW = `
The workspace, what the experiments began from, and the experiments with their figures and
the parameters in which they differ.

Examples:
  pipe exp show
  pipe exp show --sort-by auc --sort-order desc
  pipe exp show --filter 'auc>0.9' --filter train.depth==6
  pipe exp show --md`;

export const DIFF = `
Examples:
  pipe exp diff exp-3f9a2c81              with what it began from
  pipe exp diff exp-3f9a2c81 exp-77b1de02
  pipe exp diff exp-3f9a2c81 workspace`;

export const APPLY = `
Files that git keeps and outs become what they are in the experiment; persist outs and
model registries stay as they are. A file that was changed here since the experiment
began is not overwritten: then nothing is changed at all.

Examples:
  pipe exp apply exp-3f9a2c81

Exit code: 0; 1 when an out is not in the cache; 2 nothing was changed.`;

export const BRANCH = `
Examples:
  pipe exp branch exp-3f9a2c81 deeper-trees`;

export const REMOVE = `
What nothing else names leaves the cache with the next \`pipe gc\`.

Examples:
  pipe exp remove exp-3f9a2c81
  pipe exp remove --all`;

export const EXCHANGE = `
What git keeps of them goes through a remote of git, their outs through one of \`pipe
remote list\`: whoever has both can \`pipe exp apply\` without running anything. Where no
remote for data is set up, outs stay where they are.

Examples:
  pipe exp push origin
  pipe exp push origin exp-3f9a2c81
  pipe exp push origin -r lab          outs to another remote than the usual one
  pipe exp push origin --no-data       no outs
  pipe exp pull origin

Exit code: 0; 1 when an out is not to be had; 3 when the remote for data cannot be reached.`;
