/** The form that a repository has inside the worker: the same methods, answering at once. */
export type Sync<Repository> = {
  [Name in keyof Repository]: Repository[Name] extends (
    ...parameters: infer Parameters
  ) => Promise<infer Result>
    ? (...parameters: Parameters) => Result
    : never;
};
