import type { TaskStatus, WatchOptions } from './rodin-task.js';

export interface RodinTask {
  /** The latest status; undefined until there is one. */
  readonly task: TaskStatus | undefined;
  /** Why the watch has ended without the task: a `TaskProblem` that is final, or a `TimeoutError`. */
  readonly problem: Error | undefined;
  /** What went wrong with the last attempt, until the next one succeeds. */
  readonly trouble: { readonly error: Error; readonly retryInMs: number } | undefined;
  readonly watching: boolean;
  /** Watches anew, for example after a problem. */
  readonly restart: () => void;
}

/**
 * Watches a task as long as the component is mounted. Options are those of `watchTask`; only another `key` or `base` begins
 * another watch, so that they need not be memoized. The latest `token`, `fetch` and callbacks are used.
 *
 * @param key Rodin's `subscription_key`; nothing is watched without one
 */
export function useRodinTask(key: string | null | undefined, options?: Omit<WatchOptions, 'signal'>): RodinTask;
