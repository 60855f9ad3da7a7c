/**
 * The words of the search on a page and the marking of what matched.
 *
 * @typedef {{at: number, end: number}} SearchSpan of code units of a source text
 * @typedef {{text: string, ranges: SearchSpan[]}} MarkedText
 * @typedef {{
 *   say: (key: string, values?: {[name: string]: string|number}) => string,
 *   fault: (fault: any) => string,
 *   ranges: (folder: Folder, text: string, query: SearchQuery) => SearchSpan[],
 *   holds: (folder: Folder, texts: string[], needle: string) => boolean,
 *   snippet: (folder: Folder, paragraphs: string[], query: SearchQuery) => MarkedText,
 *   append: (node: Element, marked: MarkedText) => void
 * }} SearchText
 */
"use strict";

(function (/** @type {any} */ global) {
  const fengqiao = (global.fengqiao = global.fengqiao || {});
  const BEFORE = 24; // characters of a snippet before the first match
  const LENGTH = 110; // characters of a snippet
  const MOST_MARKS = 20;

  /** A sentence of the page's catalogue. @type {SearchText["say"]} */
  function say(key, values) {
    const sentence = (fengqiao.messages || {})["search." + key] || key;
    return sentence.replace(/\{(\w+)\}/g, function (/** @type {string} */ all, /** @type {string} */ name) {
      return values && name in values ? String(values[name]) : all;
    });
  }

  /** What to tell the reader about a failure. @param {any} fault */
  function sentence(fault) {
    return fengqiao.shards.isFault(fault)
      ? say("fault-" + fault.reason, { file: fault.file })
      : say("fault");
  }

  /** @param {Folder} folder @param {Folded} folded @param {string} needle @returns {SearchSpan[]} */
  function occurrences(folder, folded, needle) {
    /** @type {SearchSpan[]} */
    const found = [];
    let at = folder.find(folded.text, needle, 0);
    while (at >= 0 && found.length < MOST_MARKS) {
      const end = at + needle.length;
      found.push({ at: folded.starts[at], end: folded.ends[end - 1] });
      at = folder.find(folded.text, needle, end);
    }
    return found;
  }

  /** Pairs of neighbours of a word, by code point. @param {string} word */
  function pairs(word) {
    const chars = Array.from(word);
    return chars.slice(1).map(function (char, at) {
      return chars[at] + char;
    });
  }

  /**
   * The places to mark: of the whole query, else of its words, else of the words' pairs.
   * @type {SearchText["ranges"]}
   */
  function ranges(folder, text, query) {
    const folded = folder.fold(text);
    /** @type {string[]} */
    const neighbours = [];
    query.words.forEach(function (word) {
      neighbours.push(...pairs(word));
    });
    const steps = [[query.whole], query.words, neighbours];
    for (const needles of steps) {
      /** @type {SearchSpan[]} */
      const found = [];
      needles.forEach(function (needle) {
        found.push(...occurrences(folder, folded, needle));
      });
      if (found.length) return joined(found);
    }
    return [];
  }

  /** Sorted, overlapping and touching ones joined. @param {SearchSpan[]} found */
  function joined(found) {
    found.sort(function (one, other) {
      return one.at - other.at || one.end - other.end;
    });
    /** @type {SearchSpan[]} */
    const out = [];
    found.forEach(function (range) {
      const last = out[out.length - 1];
      if (last && range.at <= last.end) last.end = Math.max(last.end, range.end);
      else out.push({ at: range.at, end: range.end });
    });
    return out;
  }

  /** Whether one of the texts contains the folded needle. @type {SearchText["holds"]} */
  function holds(folder, texts, needle) {
    return texts.some(function (text) {
      return folder.find(folder.fold(text).text, needle, 0) >= 0;
    });
  }

  /** The paragraph that matches best, cut around its first match. @type {SearchText["snippet"]} */
  function snippet(folder, paragraphs, query) {
    let best = "";
    let bestScore = -1;
    paragraphs.forEach(function (paragraph) {
      const folded = folder.fold(paragraph).text;
      /** @param {string} needle */
      const has = function (needle) {
        return folder.find(folded, needle, 0) >= 0;
      };
      const words = query.words.filter(has).length;
      let score = has(query.whole) ? 1e6 : words * 1e3;
      if (!score) {
        query.words.forEach(function (word) {
          score += pairs(word).filter(has).length;
        });
      }
      if (score > bestScore) {
        best = paragraph;
        bestScore = score;
      }
    });
    return cut(best, ranges(folder, best, query));
  }

  /** @param {string} text @param {SearchSpan[]} marks @returns {MarkedText} */
  function cut(text, marks) {
    const first = marks.length ? marks[0] : { at: 0, end: 0 };
    let start = first.at > BEFORE ? first.at - BEFORE : 0;
    let end = Math.max(first.end, start + LENGTH);
    if (end > text.length) {
      end = text.length;
      start = Math.max(0, Math.min(start, end - LENGTH));
    }
    // Never through a surrogate pair.
    if (start && isLow(text, start)) start -= 1;
    if (end < text.length && isLow(text, end)) end += 1;
    const lead = start ? "…" : "";
    const shift = lead.length - start;
    return {
      text: lead + text.slice(start, end) + (end < text.length ? "…" : ""),
      ranges: marks
        .filter(function (range) {
          return range.at >= start && range.at < end;
        })
        .map(function (range) {
          return { at: range.at + shift, end: Math.min(range.end, end) + shift };
        }),
    };
  }

  /** @param {string} text @param {number} at */
  function isLow(text, at) {
    const code = text.charCodeAt(at);
    return code >= 0xdc00 && code < 0xe000;
  }

  /** Append a text with its places marked. @type {SearchText["append"]} */
  function append(node, marked) {
    let at = 0;
    marked.ranges.forEach(function (range) {
      node.append(marked.text.slice(at, range.at));
      const mark = document.createElement("mark");
      mark.textContent = marked.text.slice(range.at, range.end);
      node.append(mark);
      at = range.end;
    });
    node.append(marked.text.slice(at));
  }

  /** @type {SearchText} */
  fengqiao.searchText = {
    say: say,
    fault: sentence,
    ranges: ranges,
    holds: holds,
    snippet: snippet,
    append: append,
  };
})(window);
