/** A copy of examples/sentiment in a repository of its own. */
import { createProjectFolder, type ProjectFolder } from './project-folder.ts';

const COMMITTED = ['params.yaml', 'pipeline.yaml', 'stages', 'src', 'shared', 'data/to_predict.csv', 'data/incoming'];

export function createSentimentFolder(): ProjectFolder {
  return createProjectFolder('examples/sentiment', COMMITTED);
}
