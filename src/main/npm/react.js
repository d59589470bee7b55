'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { watchTask } from './rodin-task.js';

/** @type {typeof import('./react.d.ts').useRodinTask} */
export const useRodinTask = (key, options = {}) => {
  const latest = useRef(options);
  const [seen, setSeen] = useState(/** @type {import('./react.d.ts').RodinTask & { key?: string }} */ (IDLE));
  const [round, setRound] = useState(0);
  const base = options.base && String(options.base);
  const restart = useCallback(() => setRound((n) => n + 1), []);

  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    if (!key) return undefined;
    const control = new AbortController();
    /** @param {Partial<import('./react.d.ts').RodinTask>} news */
    const show = (news) => {
      if (!control.signal.aborted) setSeen((was) => ({ ...(was.key === key ? was : IDLE), key, ...news }));
    };
    show({ watching: true, problem: undefined, trouble: undefined });
    watchTask(key, {
      ...latest.current,
      signal: control.signal,
      token: () => latest.current.token?.() ?? '',
      fetch: (url, init) => (latest.current.fetch ?? fetch)(url, init),
      onStatus(task) {
        show({ task, trouble: undefined });
        latest.current.onStatus?.(task);
      },
      onTrouble(error, retryInMs) {
        show({ trouble: { error, retryInMs } });
        latest.current.onTrouble?.(error, retryInMs);
      },
    }).then(
      (task) => show({ task, watching: false, trouble: undefined }),
      (problem) => show({ problem, watching: false, trouble: undefined }),
    );
    return () => control.abort();
  }, [key, base, round]);

  // The first render with another key must not show the task of the one before.
  const { task, problem, trouble, watching } = key && seen.key !== key ? { ...IDLE, watching: true } : key ? seen : IDLE;
  return { task, problem, trouble, watching, restart };
};

const IDLE = { task: undefined, problem: undefined, trouble: undefined, watching: false, restart() {} };
