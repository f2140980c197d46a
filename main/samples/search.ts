/** What is looked for: words and "exact phrases", all of which must occur. */
export interface Term {
  readonly text: string;
  /** In quotation marks: whole words only. */
  readonly exact: boolean;
}

export function parseTerms(search: string): Term[] {
  return [...search.matchAll(/"([^"]*)"|(\S+)/g)]
    .map(([, phrase, word]) => ({
      text: (phrase ?? word ?? '').toLocaleLowerCase(),
      exact: phrase !== undefined,
    }))
    .filter(({ text }) => text !== '');
}

/** How often the terms occur in the text together; 0 when one of them does not. */
export function countTerms(terms: readonly Term[], text: string): number {
  const plain = text.toLocaleLowerCase();
  const padded = ` ${plain} `;
  let sum = 0;
  for (const term of terms) {
    const count = term.exact ? countOf(` ${term.text} `, padded, 1) : countOf(term.text, plain, 0);
    if (count === 0) return 0;
    sum += count;
  }
  return sum;
}

/** Occurrences side by side; `shared` letters at the end of one may begin the next. */
function countOf(needle: string, text: string, shared: number): number {
  let count = 0;
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length - shared))
    count += 1;
  return count;
}
