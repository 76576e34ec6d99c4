/** What is wrong with a model file, as a value: the old model goes on serving, and someone reads this. */
export interface ModelProblem {
  readonly code:
    | 'not-json'
    | 'unknown-format'
    | 'unsupported'
    | 'schema'
    | 'not-finite'
    | 'tree-broken'
    | 'examples-disagree';
  /** A sentence for people. */
  readonly message: string;
  /** Where in the file: `ensemble.trees[3].bin[0]`. */
  readonly path?: string;
}
