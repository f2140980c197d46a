import type { Notice, Run } from '../../contract/entities.ts';
import type { RunMessage } from './state.ts';

/** What is worth a word to someone who looks elsewhere; nothing for what the user did himself. */
export function noticeOf(
  before: Run,
  message: RunMessage,
  after: Run,
): Pick<Notice, 'kind' | 'facts'> | undefined {
  if (before === after) return undefined;
  const name = after.name;
  switch (message.kind) {
    case 'finished':
      return message.stopped
        ? undefined
        : { kind: 'finished', facts: { name, seconds: Math.round(after.seconds) } };
    case 'failed':
      return { kind: 'failed', facts: { name, step: after.step, code: message.error.code } };
    case 'gone':
      return { kind: 'crashed', facts: { name, step: after.step, saved: after.savedStep ?? 0 } };
    case 'warning':
      if (message.warning.kind === 'collapsed')
        return { kind: 'collapsed', facts: { name, since: message.warning.since } };
      if (message.warning.kind === 'over-fitting')
        return {
          kind: 'over-fitting',
          facts: { name, since: message.warning.since, best: message.warning.best },
        };
      return undefined;
    default:
      return undefined;
  }
}
