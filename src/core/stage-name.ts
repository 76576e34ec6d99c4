/**
 * What a stage is called: `train` in the root's pipeline.yaml, `models/a/pipeline.yaml:train` in one
 * below it. The name is unique in the graph; the local part alone is unique in its file.
 */

/** Every pipeline file is called so: that is how its folder is known for what it is. */
export const PIPELINE_FILE = 'pipeline.yaml';

/** What stands before the local names of a file's stages. */
export function namePrefix(file: string): string {
  return file === PIPELINE_FILE ? '' : `${file}:`;
}

export interface StageNameParts {
  /** Root-relative folder of the pipeline file; `.` is the root. */
  readonly folder: string;
  readonly local: string;
}

/** No member of a group may be called so that this could be misread (`core/pipeline-group`). */
export function splitStageName(name: string): StageNameParts {
  if (!name.includes(`/${PIPELINE_FILE}:`)) return { folder: '.', local: name };
  const [, folder, local] = /^(.+?)\/pipeline\.yaml:(.*)$/s.exec(name) ?? [];
  return folder === undefined || local === undefined ? { folder: '.', local: name } : { folder, local };
}

/** Where a stage stands in its own file, for problems: `stages.train`. */
export const stageKey = (name: string): string => `stages.${splitStageName(name).local}`;
