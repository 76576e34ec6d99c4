/**
 * Before anything runs: deps that no stage makes and that are not there, deps that only look as if they lay outside
 * the project, and frozen stages with nothing to keep. All of them at once, each with its place, because somebody who moved a folder has more than one to mend.
 */
import { lstatSync } from 'node:fs';
import type { Failure, Problem } from '../core/failure.ts';
import { depPath, type Stage } from '../core/pipeline.ts';
import { stageKey } from '../core/stage-name.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { closest } from '../lib/suggest.ts';
import { placeFrom } from '../store/digest-link.ts';
import { readLock } from '../store/locks.ts';
import { listIfThere } from '../store/read-if-there.ts';
import { outsideProblem } from './outside-path.ts';
import type { Workspace } from './workspace.ts';

/** A frozen stage is cut from its deps. Failures: pipeline-invalid. */
export function findUnready(workspace: Workspace, names: readonly string[]): Result<void, Failure> {
  const { root, graph } = workspace;
  const known = new Map<string, boolean>();
  const isThere = (path: string): boolean => {
    const answer = known.get(path) ?? (graph.ownerOf(path) !== undefined || stands(placeFrom(root, path)));
    known.set(path, answer);
    return answer;
  };
  const problems = names
    .map(workspace.stage)
    .flatMap((stage) =>
      stage.frozen
        ? frozenWithoutLock(workspace, stage)
        : [
            ...outsideDeps(workspace, stage),
            ...unknownIn(stage, isThere).map((unknown) => toProblem(workspace, stage, unknown)),
          ],
    );
  return problems.length === 0 ? ok(undefined) : err({ code: 'pipeline-invalid', problems });
}

/** A lock file that cannot be believed is told where it is read. */
function frozenWithoutLock({ layout }: Workspace, { name, place }: Stage): readonly Problem[] {
  if (readLock(layout, name) !== undefined) return [];
  const message = 'is frozen, but has never run: there is nothing to keep';
  return [{ place, path: stageKey(name), message, hint: 'run it once unfrozen' }];
}

function outsideDeps({ root }: Workspace, { name, deps }: Stage): readonly Problem[] {
  return deps.flatMap((dep, index) => {
    const path = depPath(dep);
    const refused = path === undefined ? undefined : outsideProblem(root, path);
    if (refused === undefined) return [];
    const at = { place: dep.place, path: `${stageKey(name)}.deps[${index}]` };
    return [{ ...at, message: `\`${path}\` ${refused.problem}`, hint: refused.hint }];
  });
}

interface Unknown {
  readonly path: string;
  readonly index: number;
}

function unknownIn({ deps }: Stage, isThere: (path: string) => boolean): readonly Unknown[] {
  return deps.flatMap((dep, index) => {
    const path = depPath(dep);
    return path === undefined || isThere(path) ? [] : [{ path, index }];
  });
}

function toProblem({ root, pipeline }: Workspace, stage: Stage, { path, index }: Unknown): Problem {
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
  const beside = listIfThere(placeFrom(root, folder)).map((name) => (folder === '.' ? name : `${folder}/${name}`));
  const outs = pipeline.stages.flatMap((other) => (other === stage ? [] : other.outs.map((out) => out.path)));
  const meant = closest(path, [...outs, ...beside]);
  return {
    place: stage.deps[index]?.place ?? stage.place,
    path: `${stageKey(stage.name)}.deps[${index}]`,
    message: `\`${path}\` is not there, and no stage makes it`,
    ...(meant !== undefined && { hint: `did you mean \`${meant}\`?` }),
  };
}

/** Also a link that leads nowhere: what it counts as is said when it is digested. */
const stands = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
