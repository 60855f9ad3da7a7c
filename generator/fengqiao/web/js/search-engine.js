/**
 * The search engine: a query becomes ranked hits, a hit its header and text.
 *
 * Tiers: "phrase", the whole query stands in a title, an alias or one paragraph; "all", every word
 * (of a query without spaces: every pair of characters) stands somewhere in the document. A third,
 * "partial", has its place behind them.
 *
 * @typedef {"exact"|"prefix"|"title"|"phrase"|"all"} SearchMatch
 * @typedef {"phrase"|"all"} SearchTier
 * @typedef {{document: number, match: SearchMatch, tier: SearchTier, score: number}} Hit
 * @typedef {{whole: string, words: string[]}} SearchQuery
 * @typedef {{query: SearchQuery, hits: Hit[]}} SearchFound
 * @typedef {{
 *   id: string, url: string, title: string, aliases: string[], summary: string, sample: boolean,
 *   kind: string, kindLabel: string
 * }} HitHeader
 * @typedef {{
 *   documents: number, documentsPerShard: number, frequencyShare: number,
 *   kinds: {kind: string, label: string, weight: number, end: number}[],
 *   matches: {[match in SearchMatch]: number},
 *   areas: {[area: string]: {buckets: number}}
 * }} SearchManifest
 * @typedef {{
 *   search: (text: string) => Promise<SearchFound>,
 *   header: (document: number) => Promise<HitHeader>,
 *   text: (document: number) => Promise<string[]>,
 *   folder: Folder
 * }} SearchEngine
 */
"use strict";

(function (/** @type {any} */ global) {
  const fengqiao = (global.fengqiao = global.fengqiao || {});
  const LONGEST = 200; // characters of a query that are read
  const MOST_LOOKUPS = 48; // a phrase longer than that is found by its first pairs

  /** @type {Promise<SearchEngine>|null} */
  let opening = null;

  /** The engine; the first call loads what every query needs. @returns {Promise<SearchEngine>} */
  function open() {
    if (!opening) {
      opening = start();
      opening.catch(function () {
        opening = null;
      });
    }
    return opening;
  }

  /** @returns {Promise<SearchEngine>} */
  function start() {
    /** @type {Shards} */
    const shards = fengqiao.shards;
    return shards.load("manifest").then(function (manifest) {
      return Promise.all([shards.load("fold-table"), shards.load("columns")]).then(function (data) {
        const folder = fengqiao.makeFolder(JSON.parse(data[0][0]));
        return makeEngine(JSON.parse(manifest[0]), folder, data[1]);
      });
    });
  }

  /** @param {SearchManifest} manifest @param {Folder} folder @param {string[]} columns @returns {SearchEngine} */
  function makeEngine(manifest, folder, columns) {
    /** @type {Shards} */
    const shards = fengqiao.shards;
    /** @type {Postings} */
    const postings = fengqiao.postings;
    const head = postings.makeArea("head", manifest.areas.head.buckets, postings.counts(columns[0]));
    const body = postings.makeArea("body", manifest.areas.body.buckets, postings.counts(columns[1]));
    /** @type {number[]} */
    const textEnds = [];
    postings.counts(columns[2]).forEach(function (count, at) {
      textEnds.push(count + (at ? textEnds[at - 1] : 0));
    });

    /** @param {string} text @returns {SearchQuery} */
    function parse(text) {
      const read = Array.from(text).slice(0, LONGEST).join("");
      /** @param {string} part */
      const fold = function (part) {
        return folder.fold(part).text;
      };
      const words = read.split(/\s+/).map(fold).filter(Boolean);
      return { whole: fold(read), words: Array.from(new Set(words)) };
    }

    /** What a unit must hold to hold the needle. @param {string} needle @returns {Lookup[]} */
    function lookups(needle) {
      /** @type {boolean[]} */
      const han = [];
      for (const char of needle) {
        const is = folder.isHan(/** @type {number} */ (char.codePointAt(0)));
        for (let unit = 0; unit < char.length; unit += 1) han.push(is);
      }
      /** @type {Map<string, Lookup>} */
      const wanted = new Map();
      for (let at = 0; at + 1 < needle.length; at += 1) {
        const pair = needle.slice(at, at + 2);
        if (han[at] || han[at + 1]) wanted.set(pair, { term: pair, prefix: false });
      }
      let run = "";
      for (let at = 0; at <= needle.length; at += 1) {
        const last = at === needle.length;
        if (!last && !han[at] && needle[at] !== " ") {
          run += needle[at];
          continue;
        }
        if (run && !last) wanted.set(run, { term: run, prefix: false });
        else if (run) {
          const single = Array.from(run).length === 1;
          wanted.set(run + "*", { term: single ? run + "*" : run, prefix: !single });
        }
        run = "";
      }
      if (needle.length === 1 && han[0]) wanted.set(needle, { term: needle, prefix: false });
      return Array.from(wanted.values()).slice(0, MOST_LOOKUPS);
    }

    /** Documents with all the terms in one unit. @param {Lookup[]} wanted */
    function together(wanted) {
      return Promise.all([head.units(wanted), body.units(wanted)]).then(function (units) {
        return postings.unite(head.documents(units[0]), body.documents(units[1]));
      });
    }

    /** Documents with every part of the query. @param {SearchQuery} query @returns {Promise<Uint32Array>} */
    function everywhere(query) {
      const groups =
        query.words.length > 1
          ? query.words.map(lookups)
          : lookups(query.whole).map(function (one) {
              return [one];
            });
      if (groups.length < 2) return Promise.resolve(new Uint32Array(0));
      return Promise.all(groups.map(together)).then(function (sets) {
        return sets.reduce(postings.intersect);
      });
    }

    /** @param {number} document */
    function kindOf(document) {
      return manifest.kinds[
        manifest.kinds.findIndex(function (kind) {
          return document < kind.end;
        })
      ];
    }

    /** @param {string} text @returns {Promise<SearchFound>} */
    function search(text) {
      const query = parse(text);
      if (!query.whole) return Promise.resolve({ query: query, hits: [] });
      const wanted = lookups(query.whole);
      const first = String.fromCodePoint(/** @type {number} */ (query.whole.codePointAt(0)));
      return Promise.all([
        head.lookup({ term: "=" + query.whole, prefix: false }),
        head.lookup({ term: "^" + first, prefix: false }),
        head.units(wanted),
        body.units(wanted),
        everywhere(query),
      ]).then(function (sets) {
        /** @type {Map<number, Hit>} */
        const hits = new Map();
        /** @param {Uint32Array} documents @param {SearchMatch} match @param {SearchTier} tier */
        const add = function (documents, match, tier) {
          documents.forEach(function (document) {
            if (hits.has(document)) return;
            const score = manifest.matches[match] * kindOf(document).weight;
            hits.set(document, { document: document, match: match, tier: tier, score: score });
          });
        };
        add(head.documents(sets[0]), "exact", "phrase");
        add(head.documents(postings.intersect(sets[1], sets[2])), "prefix", "phrase");
        add(head.documents(sets[2]), "title", "phrase");
        add(body.documents(sets[3]), "phrase", "phrase");
        add(sets[4], "all", "all");

        /** @type {Map<number, number>} */
        const often = new Map();
        sets[3].forEach(function (unit) {
          const document = body.documentOf(unit);
          often.set(document, (often.get(document) || 0) + 1);
        });
        often.forEach(function (units, document) {
          const hit = hits.get(document);
          if (hit) hit.score *= 1 + (manifest.frequencyShare * units) / (units + 2);
        });
        const ranked = Array.from(hits.values()).sort(function (one, other) {
          return other.score - one.score || one.document - other.document;
        });
        return { query: query, hits: ranked };
      });
    }

    /** @type {WeakMap<string[], any[][]>} */
    const parsed = new WeakMap();

    /** @param {number} document @returns {Promise<HitHeader>} */
    function header(document) {
      const size = manifest.documentsPerShard;
      return shards.load("documents/" + Math.floor(document / size).toString(16)).then(function (data) {
        const rows = parsed.get(data) || JSON.parse(data[0]);
        parsed.set(data, rows);
        const row = rows[document % size];
        const kind = kindOf(document);
        return {
          id: row[0],
          url: row[1],
          title: row[2],
          aliases: row[3],
          summary: row[4],
          sample: Boolean(row[5]),
          kind: kind.kind,
          kindLabel: kind.label,
        };
      });
    }

    /** @type {WeakMap<string[], Promise<string[][]>>} */
    const inflated = new WeakMap();

    /** The paragraphs of a document. @param {number} document @returns {Promise<string[]>} */
    function text(document) {
      let shard = 0;
      while (textEnds[shard] <= document) shard += 1;
      const first = shard ? textEnds[shard - 1] : 0;
      const name = "texts/" + shard.toString(16);
      return shards.load(name).then(function (data) {
        let texts = inflated.get(data);
        if (!texts) {
          texts = inflate(data[0]).then(JSON.parse);
          inflated.set(data, texts);
        }
        return texts.then(
          function (paragraphs) {
            return paragraphs[document - first];
          },
          function () {
            throw { reason: "torn", file: "search/" + name + ".js" };
          }
        );
      });
    }

    return { search: search, header: header, text: text, folder: folder };
  }

  /** Bytes as the loader hands them out, inflated and decoded. @param {string} packed */
  function inflate(packed) {
    const bytes = new Uint8Array(packed.length);
    for (let at = 0; at < packed.length; at += 1) bytes[at] = packed.charCodeAt(at) & 255;
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).arrayBuffer().then(function (text) {
      return new TextDecoder("utf-16le").decode(text);
    });
  }

  fengqiao.search = { open: open };
})(window);
