/**
 * What the header box and the results page share: watching an input, drawing a hit.
 *
 * @typedef {{
 *   watch: (input: HTMLInputElement, changed: () => void) => void,
 *   address: (query: string, page?: number) => string,
 *   badges: (header: HitHeader) => HTMLElement,
 *   title: (node: Element, header: HitHeader, found: SearchFound, folder: Folder) => void,
 *   root: () => string
 * }} SearchHit
 */
"use strict";

(function (/** @type {any} */ global) {
  const fengqiao = (global.fengqiao = global.fengqiao || {});
  /** @type {SearchText} */
  const text = fengqiao.searchText;
  const PAUSE = 120; // milliseconds without a key before a query runs

  /** Call `changed` after the input's text changed; never while an input method composes.
   * @type {SearchHit["watch"]} */
  function watch(input, changed) {
    let composing = false;
    let timer = 0;
    const later = function () {
      clearTimeout(timer);
      if (!composing) timer = setTimeout(changed, PAUSE);
    };
    input.addEventListener("compositionstart", function () {
      composing = true;
      clearTimeout(timer);
    });
    input.addEventListener("compositionend", function () {
      composing = false;
      later();
    });
    input.addEventListener("input", later);
  }

  /** The prefix of the site's root, from this page. */
  function root() {
    return document.documentElement.dataset.fqRoot || "";
  }

  /** The results page for a query. @type {SearchHit["address"]} */
  function address(query, page) {
    const part = page && page > 1 ? "&p=" + page : "";
    return root() + "search.html#q=" + encodeURIComponent(wellFormed(query)) + part;
  }

  /** Lone surrogates cannot stand in an address. @param {string} query */
  function wellFormed(query) {
    return query.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(^|[^\ud800-\udbff])[\udc00-\udfff]/g, "$1");
  }

  /** @param {string} name @param {string} words */
  function badge(name, words) {
    const span = document.createElement("span");
    span.className = "fq-badge fq-badge-" + name;
    span.textContent = words;
    return span;
  }

  /** Kind and, where it applies, the sample mark. @type {SearchHit["badges"]} */
  function badges(header) {
    const line = document.createElement("span");
    line.className = "fq-hit-badges";
    line.append(badge("kind", header.kindLabel));
    if (header.sample) line.append(" ", badge("sample", text.say("sample")));
    return line;
  }

  /** The title with its match marked; the alias that matched, where the title did not.
   * @type {SearchHit["title"]} */
  function title(node, header, found, folder) {
    const query = found.query;
    text.append(node, { text: header.title, ranges: text.ranges(folder, header.title, query) });
    if (text.holds(folder, [header.title], query.whole)) return;
    const alias = header.aliases.find(function (name) {
      return text.holds(folder, [name], query.whole);
    });
    if (alias === undefined) return;
    const also = document.createElement("span");
    also.className = "fq-hit-alias";
    also.append(text.say("also") + " ");
    text.append(also, { text: alias, ranges: text.ranges(folder, alias, query) });
    node.append(" ", also);
  }

  /** @type {SearchHit} */
  fengqiao.searchHit = { watch: watch, address: address, badges: badges, title: title, root: root };
})(window);
