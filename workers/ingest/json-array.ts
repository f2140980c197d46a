/** An element longer than this is a bracket or quotation mark that was never closed. */
const longestElement = 16 * 2 ** 20;

const code = { newline: 10, quote: 34, backslash: 92, comma: 44 } as const;
const opens = (c: number) => c === 91 || c === 123;
const closes = (c: number) => c === 93 || c === 125;

/**
 * The elements of a JSON array as they stand in the text, with the line where each begins, without ever holding the
 * whole text: the outermost array, or the first one inside an outermost object. What is no JSON is passed on as it
 * is, for the parser to refuse.
 */
export async function* elementsOf(
  text: AsyncIterable<string>,
): AsyncGenerator<{ line: number; text: string }> {
  let line = 1;
  let begins = 1;
  let depth = 0;
  /** Depth inside the array; 0 while it has not begun. */
  let inside = 0;
  let inString = false;
  let escaped = false;
  let element = '';
  let blank = true;
  for await (const piece of text) {
    let from = 0;
    const cutAt = (to: number) => {
      const whole = (element + piece.slice(from, to)).trim();
      element = '';
      blank = true;
      from = to + 1;
      return whole;
    };
    for (let i = 0; i < piece.length; i++) {
      const c = piece.charCodeAt(i);
      if (c === code.newline) line++;
      if (inString) {
        if (escaped) escaped = false;
        else if (c === code.backslash) escaped = true;
        else if (c === code.quote) inString = false;
        continue;
      }
      if (c <= 32) continue;
      if (blank) begins = line;
      blank = false;
      if (c === code.quote) inString = true;
      else if (opens(c)) {
        depth++;
        if (inside === 0 && c === 91 && depth <= 2) {
          inside = depth;
          element = '';
          blank = true;
          from = i + 1;
        }
      } else if (closes(c)) {
        depth--;
        if (inside > 0 && depth < inside) {
          const last = cutAt(i);
          if (last !== '') yield { line: begins, text: last };
          return;
        }
      } else if (c === code.comma && inside > 0 && depth === inside) yield { line: begins, text: cutAt(i) };
    }
    element += piece.slice(from);
    if (element.length > longestElement) break;
  }
  if (element.trim() !== '') yield { line: begins, text: element };
}
