import chardet from 'chardet';
/** Lines that are looked at to judge, and how many of them a person is shown. */
const judged = 200;
const shownLines = 3;
const shownGuesses = 5;

/**
 * What is tried, likeliest first where nothing else tells them apart: byte statistics rank Western text too low, and
 * most text that is not UTF-8 is Western.
 */
const candidates = [
  'windows-1252',
  'iso-8859-2',
  'windows-1250',
  'windows-1251',
  'koi8-r',
  'ibm866',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'macintosh',
  'shift_jis',
  'euc-jp',
  'gb18030',
  'big5',
  'euc-kr',
] as const;

/** What the first candidate is ahead. */
const western = 0.05;

/** Lines with a byte beyond ASCII. */
function tellingLines(head: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < head.length && lines.length < judged;) {
    const found = head.indexOf(10, start);
    const end = found < 0 ? head.length : found;
    const line = head.subarray(start, end);
    if (line.some((byte) => byte > 127)) lines.push(line);
    start = end + 1;
  }
  return lines;
}

const isLatin = (letter: string) => /\p{Script=Latin}/u.test(letter);

/**
 * How much decoded text looks like writing, at most about 1: the mean over its characters beyond ASCII. A wrong encoding shows
 * as signs and capitals inside words, as controls, and as words of nothing but accented letters.
 */
export function plausibility(text: string): number {
  let sum = 0;
  let n = 0;
  const letters = [...text];
  for (const [i, letter] of letters.entries()) {
    if (letter.charCodeAt(0) < 128) continue;
    n++;
    const before = letters[i - 1] ?? ' ';
    const after = letters[i + 1] ?? ' ';
    sum += ofCharacter(letter, before, after);
  }
  return n === 0 ? 0 : sum / n;
}

function ofCharacter(letter: string, before: string, after: string): number {
  if (/[\ufffd\p{Cc}\p{Co}\p{Cn}]/u.test(letter)) return -5;
  const inWord = /\p{L}/u.test(before) && /\p{L}/u.test(after);
  if (!/\p{L}|\p{M}/u.test(letter)) return inWord ? (/[’·]/.test(letter) ? 1 : -1) : 0.6;
  if (/\p{Lu}/u.test(letter)) {
    if (/\p{Ll}/u.test(before)) return -1;
    if (/\p{Lu}/u.test(before)) return 0.3;
  }
  const plainNeighbour = /[a-z]/i.test(before) || /[a-z]/i.test(after);
  if (isLatin(letter)) return plainNeighbour || !/\p{L}/u.test(before + after) ? 1 : 0.2;
  // Half-width kana are what bytes of another encoding look like; kana of full width are proof of Japanese.
  if (/[\uff61-\uff9f]/.test(letter)) return 0.2;
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(letter)) return 1.2;
  // Words do not mix alphabets; a word of ideographs may touch a Latin one.
  if (plainNeighbour) return /\p{Script=Han}|\p{Script=Hangul}/u.test(letter) ? 0.3 : -0.5;
  return 1;
}

/** The name in the Encoding Standard, where `iso-8859-1` for one means `windows-1252`. */
function standardName(name: string): string {
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return name;
  }
}

export interface EncodingGuess {
  readonly encoding: string;
  readonly lines: string[];
}

/**
 * The likeliest encodings of text that is not UTF-8, best first, each with the same three lines decoded that way; none
 * for text that has no byte beyond ASCII. It is only a suggestion: the lines are the proof.
 */
export function guessEncodings(bytes: Buffer): EncodingGuess[] {
  const lines = tellingLines(bytes);
  if (lines.length === 0) return [];
  const said = new Map(
    chardet
      .analyse(Buffer.concat(lines))
      .map(({ name, confidence }) => [standardName(name), confidence / 100] as const)
      // Of several names of one encoding the surest counts.
      .reverse(),
  );
  const ranked = candidates
    .map((encoding, i) => {
      const decoder = new TextDecoder(encoding);
      const text = lines.map((line) => decoder.decode(line)).join('\n');
      // The statistics break ties between encodings of one script, the order of the list breaks theirs.
      const score = plausibility(text) + 0.1 * (said.get(encoding) ?? 0) - 0.01 * i + (i === 0 ? western : 0);
      return { encoding, score };
    })
    .sort((a, b) => b.score - a.score);
  const guesses: EncodingGuess[] = [];
  for (const { encoding } of ranked) {
    const decoder = new TextDecoder(encoding);
    const decoded = lines
      .slice(0, shownLines)
      .map((line) => decoder.decode(line.subarray(0, 300)).replace(/\r$/, ''));
    const same = guesses.some((guess) => guess.lines.join('\n') === decoded.join('\n'));
    if (!same) guesses.push({ encoding, lines: decoded });
    if (guesses.length === shownGuesses) break;
  }
  return guesses;
}
