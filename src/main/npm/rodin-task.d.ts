/** The status of a task. */
export type TaskState = 'waiting' | 'generating' | 'done' | 'failed' | 'canceled';

export interface Job {
  readonly id?: string;
  /** `unknown` is a word of Rodin's that the gateway does not know, given as `reported`; the job has not ended. */
  readonly status: TaskState | 'unknown';
  readonly queueLength?: number;
  readonly reported?: string;
}

export interface TaskStatus {
  readonly status: TaskState;
  /** Whether the task has ended. */
  readonly terminal: boolean;
  /** `finished` jobs have ended, done or not, of `total`. */
  readonly progress: { readonly finished: number; readonly total: number; readonly percent: number };
  readonly jobs: readonly Job[];
  /** When Rodin gave this answer (UTC). */
  readonly checkedAt: string;
  /** Whether Rodin could not be asked, so that this is what was last known. */
  readonly stale: boolean;
  /** When asking again is worthwhile; absent once the task has ended. */
  readonly pollAfterMs?: number;
}

/** The codes known to this version. Others may be added, so a `switch` needs a `default`. */
export type ProblemCode =
  | 'invalid-key'
  | 'invalid-request'
  | 'unauthenticated'
  | 'insufficient-scope'
  | 'origin-not-allowed'
  | 'task-not-found'
  | 'not-found'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'request-timeout'
  | 'payload-too-large'
  | 'uri-too-long'
  | 'unsupported-media-type'
  | 'too-many-requests'
  | 'request-header-fields-too-large'
  | 'internal-error'
  | 'upstream-credentials'
  | 'upstream-account'
  | 'upstream-invalid-response'
  | 'upstream-error'
  | 'upstream-throttled'
  | 'upstream-unavailable'
  | 'upstream-timeout'
  | 'too-many-watchers'
  | 'too-many-lists'
  /** A response that is not the gateway's, such as a proxy's error page. */
  | `http-${number}`
  | (string & {});

/** A problem document (RFC 9457). */
export interface Problem {
  readonly type?: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly instance?: string;
  readonly upstreamCode?: string;
  readonly retryAfterMs?: number;
}

/** A look-up that failed. (A task that failed is a status.) */
export class TaskProblem extends Error {
  constructor(problem: Problem, retryAfterMs?: number, requestId?: string | null);
  readonly problem: Problem;
  readonly code: ProblemCode;
  /** The HTTP status. */
  readonly status: number;
  /** How long the gateway asks to wait before another attempt, or 0. */
  readonly retryAfterMs: number;
  /** What the gateway's log calls this request. */
  readonly requestId: string | undefined;
  /** Whether another attempt would fail, too. */
  readonly final: boolean;
}

export interface RequestOptions {
  /** The gateway's URL, with or without a path or a slash at the end. Default: the origin of the page. */
  base?: string | URL | undefined;
  signal?: AbortSignal | undefined;
  /**
   * Supplies the bearer token of each request. When the gateway refuses one (401) and another is supplied after that, the
   * request is repeated once.
   */
  token?: (() => string | Promise<string>) | undefined;
  /** The `X-Request-Id` to send: 1 to 64 characters of `[A-Za-z0-9._~-]`. Default: the gateway makes one up. */
  requestId?: string | (() => string) | undefined;
  /** Replaces the global `fetch`, for example to add headers or to send cookies to another origin. */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
}

export interface GetOptions extends RequestOptions {
  /** How long a request may take, in addition to `waitSeconds`. Default: 30 000. */
  timeoutMs?: number | undefined;
}

export interface GetTaskOptions extends GetOptions {
  /** What this client returned last. It is sent as `If-None-Match`, so that an unchanged task costs no body. */
  known?: TaskStatus | undefined;
  /** Holds the answer back until the task differs from `known`, or so many seconds (55 at most) have passed. */
  waitSeconds?: number | undefined;
}

export interface WatchOptions extends RequestOptions {
  /** Rejects with a `TimeoutError` when the task has not ended by then. Default: never. */
  timeoutMs?: number | undefined;
  /**
   * How long `task-not-found` counts as "not yet known" for a task that has not been seen, and a refusal of the gateway's
   * own account or API key as passing. Default: 30 000.
   */
  notFoundGraceMs?: number | undefined;
  /** `false`: long polls from the start. Default: the event stream, and long polls where a proxy holds it back. */
  streaming?: boolean | undefined;
  /** `true`: goes on while the page is hidden. Default: a page hidden for 10 s gives its connection back until it is seen. */
  whileHidden?: boolean | undefined;
  /** Called with each change and after each reconnection. */
  onStatus?: ((status: TaskStatus) => void) | undefined;
  /** Called for each attempt that failed and will be repeated. */
  onTrouble?: ((trouble: Error, retryInMs: number) => void) | undefined;
  timing?: Partial<Timing> | undefined;
}

/** All in milliseconds. The defaults suit the gateway's. */
export interface Timing {
  /** A look-up takes no longer, apart from what it was asked to wait. 30 000 */
  request: number;
  /** A stream that is silent for so long from its start is held back on the way. 5 000 */
  opening: number;
  /** A stream that is silent for so long is dead. 45 000; the gateway sends something every 15 000 */
  silence: number;
  /** One long poll. 30 000 */
  wait: number;
  /** The first pause of a growing row, unless the gateway names another. 2 000 */
  retry: number;
  /** The longest pause of the row. 30 000 */
  maxRetry: number;
  /** A page hidden for so long gives its connection back. 10 000 */
  hidden: number;
}

export type TaskResult =
  | { readonly task: TaskStatus; readonly problem?: undefined }
  | { readonly task?: undefined; readonly problem: TaskProblem };

/**
 * Resolves with the status in which the task ended, failed or canceled included. Iterates over the latest status: one that
 * was superseded before it was asked for is left out. Leaving the iteration ends the watch.
 */
export interface TaskWatch extends Promise<TaskStatus>, AsyncIterable<TaskStatus> {}

/**
 * Looks a task up once.
 *
 * @param key Rodin's `subscription_key`: a secret
 * @throws {TaskProblem} when the look-up fails
 */
export function getTask(key: string, options?: GetTaskOptions): Promise<TaskStatus>;

/**
 * Looks tasks up, a hundred in a request, one request after the other. When the gateway rejects a whole request, each key of
 * it has the problem as its result.
 *
 * @returns one result for each key, in order
 * @throws what `fetch` throws if the gateway cannot be reached, a `TimeoutError`, or the signal's reason
 */
export function getTasks(keys: readonly string[], options?: GetOptions): Promise<TaskResult[]>;

/**
 * Follows a task until it ends. What passes (a lost connection, trouble of the gateway's or of Rodin's) is reported to
 * `onTrouble` and tried again after growing pauses, and never before `Retry-After`.
 *
 * @throws {TaskProblem} that is final, a `TimeoutError`, or the signal's reason
 */
export function watchTask(key: string, options?: WatchOptions): TaskWatch;
