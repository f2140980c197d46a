import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const secret = () => randomBytes(32).toString('base64url');
const digest = (text: string) => createHash('sha256').update(text).digest();
const same = (a: string, b: string) => timingSafeEqual(digest(a), digest(b));

/** Who may come in: whoever has the printed token, once, and from then on the cookie it was exchanged for. */
export interface Door {
  /** The token that opens now. */
  token(): string;
  /** Exchanges the token for a session; undefined for any other text. The next token is a new one. */
  enter(token: string): string | undefined;
  knows(session: string | undefined): boolean;
}

export function openDoor(): Door {
  let token = secret();
  const sessions: string[] = [];
  return {
    token: () => token,
    enter(given) {
      if (!same(given, token)) return undefined;
      token = secret();
      const session = secret();
      sessions.push(session);
      return session;
    },
    knows: (session) => session !== undefined && sessions.some((known) => same(known, session)),
  };
}
