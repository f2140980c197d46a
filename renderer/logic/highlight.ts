export interface Piece {
  readonly text: string;
  readonly hit: boolean;
}

/** A sentence cut at the hits of a search; whole where the pattern is not valid (the main side says why). */
export function pieces(text: string, search: string, pattern: boolean): Piece[] {
  if (search === '') return [{ text, hit: false }];
  let expression: RegExp;
  try {
    expression = new RegExp(pattern ? search : search.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'giu');
  } catch {
    return [{ text, hit: false }];
  }
  const cut: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(expression)) {
    if (match[0] === '') continue;
    if (match.index > at) cut.push({ text: text.slice(at, match.index), hit: false });
    cut.push({ text: match[0], hit: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) cut.push({ text: text.slice(at), hit: false });
  return cut;
}
