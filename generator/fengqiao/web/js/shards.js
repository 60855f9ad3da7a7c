/**
 * Load search data: classic scripts that call `fengqiao.shard(name, build, …payload)`.
 * A file that is missing, torn (it loads but registers nothing), stale (of another build) or too
 * slow rejects with a ShardFault that names it; nothing is ever silently left out.
 *
 * @typedef {{reason: "missing"|"torn"|"stale"|"slow", file: string}} ShardFault
 * @typedef {{
 *   load: (name: string) => Promise<string[]>,
 *   isFault: (thing: any) => thing is ShardFault
 * }} Shards
 */
"use strict";

(function (/** @type {any} */ global) {
  const fengqiao = (global.fengqiao = global.fengqiao || {});

  const KEPT = 96; // files; the least recently used one goes first
  const PATIENCE = 20000; // milliseconds, for slow sticks

  /** @type {Map<string, {build: string, payload: string[]}>} */
  const arrived = new Map();
  /** @type {Map<string, Promise<string[]>>} */
  const kept = new Map();
  let build = "";

  /** @param {string} name @param {string} of @param {...string} payload */
  function shard(name, of, ...payload) {
    arrived.set(name, { build: of, payload: payload });
  }

  /** @param {string} name */
  function file(name) {
    return "search/" + name + ".js";
  }

  /** @param {string} name @returns {Promise<string[]>} */
  function fetchShard(name) {
    return new Promise(function (resolve, reject) {
      const script = document.createElement("script");
      /** @param {ShardFault["reason"]} reason */
      const fail = function (reason) {
        done();
        reject({ reason: reason, file: file(name) });
      };
      const timer = setTimeout(fail, PATIENCE, "slow");
      function done() {
        clearTimeout(timer);
        script.onload = script.onerror = null;
        script.remove();
        arrived.delete(name);
      }
      script.onerror = function () {
        fail("missing");
      };
      script.onload = function () {
        const found = arrived.get(name);
        if (!found) return fail("torn");
        if (name === "manifest") build = found.build;
        if (found.build !== build) return fail("stale");
        done();
        resolve(found.payload);
      };
      // Deflated bytes travel one a character; this charset gives each back as U+F700 + byte.
      script.charset = name.startsWith("texts/") ? "x-user-defined" : "utf-8";
      script.src = (document.documentElement.dataset.fqRoot || "") + file(name);
      document.head.appendChild(script);
    });
  }

  /**
   * The payload of one shard. "manifest" has to be loaded first: it tells the build.
   * @param {string} name @returns {Promise<string[]>}
   */
  function load(name) {
    let promise = kept.get(name);
    if (promise) {
      kept.delete(name);
    } else {
      promise = fetchShard(name);
      promise.catch(function () {
        kept.delete(name); // so that the next query tries again
      });
    }
    kept.set(name, promise);
    if (kept.size > KEPT) kept.delete(/** @type {string} */ (kept.keys().next().value));
    return promise;
  }

  /** @param {any} thing @returns {thing is ShardFault} */
  function isFault(thing) {
    return Boolean(thing && thing.reason && thing.file);
  }

  fengqiao.shard = shard;
  /** @type {Shards} */
  fengqiao.shards = { load: load, isFault: isFault };
})(window);
