/**
 * Postings: ascending unit numbers, written as one character a gap (see shards.py), and the areas
 * (head: titles and aliases; body: paragraphs) that hold them in buckets by a hash of the term.
 *
 * @typedef {{term: string, prefix: boolean}} Lookup
 * @typedef {{terms: string[], lists: string[], places: Map<string, number>}} Bucket
 * @typedef {{
 *   lookup: (wanted: Lookup) => Promise<Uint32Array>,
 *   units: (wanted: Lookup[]) => Promise<Uint32Array>,
 *   documentOf: (unit: number) => number,
 *   documents: (units: Uint32Array) => Uint32Array
 * }} SearchArea
 * @typedef {{
 *   counts: (text: string) => Uint32Array,
 *   intersect: (one: Uint32Array, other: Uint32Array) => Uint32Array,
 *   unite: (one: Uint32Array, other: Uint32Array) => Uint32Array,
 *   makeArea: (name: string, buckets: number, perDocument: Uint32Array) => SearchArea
 * }} Postings
 */
"use strict";

(function (/** @type {any} */ global) {
  const fengqiao = (global.fengqiao = global.fengqiao || {});
  const FIRST_GAP = 0x22;
  const BIG_GAP = 1000000;
  const NONE = new Uint32Array(0);

  const CRC = new Int32Array(256).map(function (_, byte) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });

  /** CRC-32 of the UTF-16 code units, low byte first. @param {string} text */
  function hash(text) {
    let value = -1;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      value = CRC[(value ^ unit) & 255] ^ (value >>> 8);
      value = CRC[(value ^ (unit >> 8)) & 255] ^ (value >>> 8);
    }
    return ~value >>> 0;
  }

  /** @param {string} term @param {number} buckets a power of two: the hash's upper bits tell which */
  function bucketOf(term, buckets) {
    const key = term[0] === "=" ? term : Array.from(term).slice(0, 2).join("");
    return Math.floor((hash(key) / 0x100000000) * buckets);
  }

  /** Numbers written as one character each. @param {string} text @param {number} first */
  function codes(text, first) {
    const values = new Uint32Array(text.length);
    let size = 0;
    let more = 0;
    for (let at = 0; at < text.length; at += 1) {
      let code = text.charCodeAt(at);
      if (code === 0x21) {
        more += BIG_GAP;
        continue;
      }
      if (code >= 0xd800) {
        if (code < 0xdc00) {
          code = /** @type {number} */ (text.codePointAt(at));
          at += 1;
        }
        code -= 0x800; // the surrogates are left out
      }
      values[size] = more + code - first;
      size += 1;
      more = 0;
    }
    return values.subarray(0, size);
  }

  /** The small numbers of a column. @param {string} text */
  function counts(text) {
    return codes(text, FIRST_GAP + 1);
  }

  /** @param {string} text @returns {Uint32Array} */
  function decode(text) {
    const units = codes(text, FIRST_GAP);
    let last = -1;
    for (let at = 0; at < units.length; at += 1) {
      last += units[at];
      units[at] = last;
    }
    return units;
  }

  /** @param {Uint32Array} one @param {Uint32Array} other */
  function intersect(one, other) {
    const out = new Uint32Array(Math.min(one.length, other.length));
    let size = 0;
    for (let i = 0, j = 0; i < one.length && j < other.length; ) {
      if (one[i] < other[j]) i += 1;
      else if (one[i] > other[j]) j += 1;
      else {
        out[size] = one[i];
        size += 1;
        i += 1;
        j += 1;
      }
    }
    return out.subarray(0, size);
  }

  /** @param {Uint32Array} one @param {Uint32Array} other */
  function unite(one, other) {
    if (!one.length) return other;
    if (!other.length) return one;
    const out = new Uint32Array(one.length + other.length);
    let size = 0;
    for (let i = 0, j = 0; i < one.length || j < other.length; size += 1) {
      const left = i < one.length ? one[i] : Infinity;
      const right = j < other.length ? other[j] : Infinity;
      out[size] = Math.min(left, right);
      if (left <= right) i += 1;
      if (right <= left) j += 1;
    }
    return out.subarray(0, size);
  }

  /** @param {string} name @param {number} buckets @param {Uint32Array} perDocument @returns {SearchArea} */
  function makeArea(name, buckets, perDocument) {
    const ends = new Uint32Array(perDocument.length);
    perDocument.reduce(function (sum, count, at) {
      ends[at] = sum + count;
      return ends[at];
    }, 0);

    /** @type {WeakMap<string[], Bucket>} */
    const read = new WeakMap();

    /** @param {string} term @returns {Promise<Bucket>} */
    function bucket(term) {
      return fengqiao.shards
        .load(name + "/" + bucketOf(term, buckets).toString(16))
        .then(function (/** @type {string[]} */ payload) {
          let content = read.get(payload);
          if (!content) {
            const terms = payload[0].split("\n");
            const places = new Map();
            terms.forEach(function (known, at) {
              places.set(known, at);
            });
            content = { terms: terms, lists: payload[1].split(" "), places: places };
            read.set(payload, content);
          }
          return content;
        });
    }

    /** Units with a term, or with any term that begins with it. @param {Lookup} wanted */
    function lookup(wanted) {
      return bucket(wanted.term).then(function (content) {
        if (!wanted.prefix) {
          const at = content.places.get(wanted.term);
          return at === undefined ? NONE : decode(content.lists[at]);
        }
        return content.terms.reduce(function (/** @type {Uint32Array} */ units, term, at) {
          return term.startsWith(wanted.term) ? unite(units, decode(content.lists[at])) : units;
        }, NONE);
      });
    }

    /** Units with all of the terms. @param {Lookup[]} wanted @returns {Promise<Uint32Array>} */
    function units(wanted) {
      if (!wanted.length) return Promise.resolve(NONE);
      return Promise.all(wanted.map(lookup)).then(function (found) {
        found.sort(function (one, other) {
          return one.length - other.length;
        });
        return found.reduce(intersect);
      });
    }

    /** @param {number} unit */
    function documentOf(unit) {
      let low = 0;
      let high = ends.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (ends[middle] <= unit) low = middle + 1;
        else high = middle;
      }
      return low;
    }

    /** The documents of some units, each once. @param {Uint32Array} found */
    function documents(found) {
      const out = new Uint32Array(found.length);
      let size = 0;
      for (let at = 0; at < found.length; at += 1) {
        if (size && found[at] < ends[out[size - 1]]) continue;
        out[size] = documentOf(found[at]);
        size += 1;
      }
      return out.subarray(0, size);
    }

    return { lookup: lookup, units: units, documentOf: documentOf, documents: documents };
  }

  /** @type {Postings} */
  fengqiao.postings = { counts: counts, intersect: intersect, unite: unite, makeArea: makeArea };
})(window);
