/**
 * Fold a text as `fengqiao.search.fold` in Python does, by the same generated table
 * (search/fold-table.js): Han characters and runs of letters and digits remain, what separates is
 * dropped, except for one space between two runs.
 *
 * @typedef {{text: string, starts: number[], ends: number[]}} Folded
 *   Code unit i of text stands for source.slice(starts[i], ends[i]).
 * @typedef {{han: number[], word: number[], from: string, to: string, many: string}} FoldTable
 * @typedef {{
 *   fold: (text: string) => Folded,
 *   isHan: (code: number) => boolean,
 *   find: (folded: string, needle: string, from: number) => number
 * }} Folder
 */
"use strict";

(function (/** @type {any} */ global) {
  const fengqiao = (global.fengqiao = global.fengqiao || {});

  /** Whether a code point lies in one of the flattened, inclusive ranges.
   * @param {number[]} bounds @param {number} code */
  function within(bounds, code) {
    let low = 0;
    let high = bounds.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bounds[2 * middle + 1] < code) low = middle + 1;
      else high = middle;
    }
    return 2 * low < bounds.length && bounds[2 * low] <= code;
  }

  /** @param {FoldTable} table @returns {Folder} */
  function makeFolder(table) {
    /** @type {number[]} */
    const words = [];
    table.word.forEach(function (difference) {
      words.push((words.length ? words[words.length - 1] : 0) + difference);
    });
    /** @type {Map<string, string>} */
    const mapped = new Map();
    const to = Array.from(table.to);
    Array.from(table.from).forEach(function (char, at) {
      mapped.set(char, to[at]);
    });
    table.many.split("\n").forEach(function (line) {
      const char = String.fromCodePoint(/** @type {number} */ (line.codePointAt(0)));
      mapped.set(char, line.slice(char.length));
    });

    /** @param {number} code */
    function isHan(code) {
      return within(table.han, code);
    }

    /** @param {string} char */
    function target(char) {
      let folded = mapped.get(char);
      if (folded === undefined) {
        const code = /** @type {number} */ (char.codePointAt(0));
        folded = isHan(code) || within(words, code) ? char : " ";
        mapped.set(char, folded);
      }
      return folded;
    }

    /** @param {string} text @returns {Folded} */
    function fold(text) {
      let out = "";
      /** @type {number[]} */
      const starts = [];
      /** @type {number[]} */
      const ends = [];
      let gap = false;
      let afterWord = false;
      let at = 0;
      for (const source of text) {
        const end = at + source.length;
        for (const char of target(source)) {
          if (char === " ") {
            gap = true;
            continue;
          }
          const word = !isHan(/** @type {number} */ (char.codePointAt(0)));
          if (gap && word && afterWord) {
            out += " ";
            const start = Math.min(ends[ends.length - 1], at); // at: a gap inside one character
            starts.push(start);
            ends.push(start < at ? at : end);
          }
          gap = false;
          afterWord = word;
          out += char;
          for (let unit = 0; unit < char.length; unit += 1) {
            starts.push(at);
            ends.push(end);
          }
        }
        at = end;
      }
      return { text: out, starts: starts, ends: ends };
    }

    /** @param {string} folded @param {number} at the code point that ends before this place */
    function wordBefore(folded, at) {
      if (at === 0 || folded[at - 1] === " ") return false;
      const low = folded.charCodeAt(at - 1);
      const pair = low >= 0xdc00 && low < 0xe000 && at > 1;
      return !isHan(pair ? /** @type {number} */ (folded.codePointAt(at - 2)) : low);
    }

    /**
     * Where the folded, non-empty needle stands, or -1; letters and digits match from the start of
     * their run.
     * @param {string} folded @param {string} needle @param {number} from
     */
    function find(folded, needle, from) {
      const han = isHan(/** @type {number} */ (needle.codePointAt(0)));
      let at = folded.indexOf(needle, from);
      while (!han && at > 0 && wordBefore(folded, at)) at = folded.indexOf(needle, at + 1);
      return at;
    }

    return { fold: fold, isHan: isHan, find: find };
  }

  fengqiao.makeFolder = makeFolder;
})(window);
