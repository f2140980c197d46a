import { AppError } from '../../contract/errors.ts';

/** Longer words are unknown, as in the released tokenizer. */
const LONGEST_WORD = 100;

const control = /\p{C}/u;
const mark = /\p{Mn}/gu;
const whiteSpace = /[ \t\n\r\p{Zs}]/u;
/** Unicode punctuation, and every ASCII sign that is no letter, digit or blank, as BERT has it. */
const punctuation = /[\p{P}!-/:-@[-`{-~]/u;
/** The blocks of Chinese characters, which are words of their own; Japanese and Korean scripts are not among them. */
const chinese =
  /[\u{4E00}-\u{9FFF}\u{3400}-\u{4DBF}\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B820}-\u{2CEAF}\u{F900}-\u{FAFF}\u{2F800}-\u{2FA1F}]/u;

export interface WordPieceOptions {
  readonly lowerCase: boolean;
  readonly stripAccents: boolean;
  /** Whether Chinese characters are words of their own. */
  readonly chineseCharacters: boolean;
}

/** BERT's basic tokenization: the words that are then cut into pieces. */
export function basicTokens(text: string, options: WordPieceOptions): string[] {
  let clean = '';
  for (const sign of text.toWellFormed()) {
    if (whiteSpace.test(sign)) clean += ' ';
    else if (sign === '\uFFFD' || control.test(sign)) continue;
    else clean += options.chineseCharacters && chinese.test(sign) ? ` ${sign} ` : sign;
  }
  const cased = options.lowerCase ? clean.toLowerCase() : clean;
  const bare = options.stripAccents ? cased.normalize('NFD').replace(mark, '') : cased;
  const words: string[] = [];
  let word = '';
  const close = (): void => {
    if (word !== '') words.push(word);
    word = '';
  };
  for (const sign of bare) {
    if (whiteSpace.test(sign)) close();
    else if (punctuation.test(sign)) {
      close();
      words.push(sign);
    } else word += sign;
  }
  close();
  return words;
}

export interface WordPiece {
  /** Pieces with an id. */
  readonly size: number;
  readonly padding: number;
  /** Ids of a text between `[CLS]` and `[SEP]`, at most `longest` with them. Marks written in the text are text. */
  ids(text: string, longest: number): number[];
}

/**
 * The pieces of `vocab.txt`, one a line, the line number from 0 its id. A word is cut into the longest piece that it
 * begins with, then the longest `##` piece that its rest begins with, and so on (Wu et al. 2016, section 4.1).
 * @throws AppError('encoders.vocabulary') when a special piece is missing or a piece stands twice
 */
export function wordPiece(pieces: readonly string[], options: WordPieceOptions, file: string): WordPiece {
  const broken = (reason: string): AppError => new AppError('encoders.vocabulary', { file, reason });
  const byPiece = new Map<string, number>();
  for (const [id, piece] of pieces.entries()) {
    if (byPiece.has(piece)) throw broken(`the piece «${piece}» stands twice`);
    byPiece.set(piece, id);
  }
  const special = (piece: string): number => {
    const id = byPiece.get(piece);
    if (id === undefined) throw broken(`it lacks the piece ${piece}`);
    return id;
  };
  const [unknown, begin, end] = [special('[UNK]'), special('[CLS]'), special('[SEP]')];

  function cut(word: string): number[] {
    const signs = [...word];
    if (signs.length > LONGEST_WORD) return [unknown];
    const ids: number[] = [];
    for (let from = 0; from < signs.length;) {
      let to = signs.length;
      let id: number | undefined;
      for (; to > from; to--) {
        id = byPiece.get((from > 0 ? '##' : '') + signs.slice(from, to).join(''));
        if (id !== undefined) break;
      }
      if (id === undefined) return [unknown];
      ids.push(id);
      from = to;
    }
    return ids;
  }

  return {
    size: pieces.length,
    padding: special('[PAD]'),
    ids(text, longest) {
      const ids = basicTokens(text, options).flatMap(cut);
      return [begin, ...ids.slice(0, longest - 2), end];
    },
  };
}
