/**
 * The results page: query and page in the address (`#q=…&p=2`), 20 hits a page, the two tiers
 * labelled, snippets from the matching paragraph.
 */
"use strict";

(function (/** @type {any} */ global) {
  const fengqiao = (global.fengqiao = global.fengqiao || {});
  const PER_PAGE = 20;

  /** @param {HTMLElement} section */
  function attach(section) {
    /** @type {SearchText} */
    const text = fengqiao.searchText;
    /** @type {SearchHit} */
    const draw = fengqiao.searchHit;
    /** @param {string} selector */
    const part = function (selector) {
      return /** @type {HTMLElement} */ (section.querySelector(selector));
    };
    const form = /** @type {HTMLFormElement} */ (part("form"));
    const input = /** @type {HTMLInputElement} */ (part("input"));
    const status = part("[role=status]");
    const results = part("[data-fq-results]");
    const empty = part("[data-fq-empty]");
    const pager = part("[data-fq-pager]");
    const heading = document.title;
    let asked = 0;

    function state() {
      const values = new URLSearchParams(location.hash.slice(1) || location.search.slice(1));
      const page = parseInt(values.get("p") || "1", 10);
      return { query: values.get("q") || "", page: page > 0 ? page : 1 };
    }

    /** @param {string} name */
    function clear(name) {
      status.classList.toggle("fq-search-fault", name === "fault");
      results.textContent = "";
      pager.textContent = "";
      empty.hidden = name !== "empty";
    }

    function render() {
      const wanted = state();
      const mine = (asked += 1);
      if (document.activeElement !== input) input.value = wanted.query;
      document.title = wanted.query ? wanted.query + " · " + heading : heading;
      if (!wanted.query.trim()) {
        clear("start");
        status.textContent = text.say("start");
        return;
      }
      fengqiao.search
        .open()
        .then(function (/** @type {SearchEngine} */ engine) {
          return engine.search(wanted.query).then(function (found) {
            const pages = Math.max(1, Math.ceil(found.hits.length / PER_PAGE));
            const page = Math.min(wanted.page, pages);
            const hits = found.hits.slice((page - 1) * PER_PAGE, page * PER_PAGE);
            return Promise.all(
              hits.map(function (hit) {
                return Promise.all([engine.header(hit.document), engine.text(hit.document)]);
              })
            ).then(function (data) {
              if (mine === asked) paint(wanted.query, found, hits, data, page, pages, engine.folder);
            });
          });
        })
        .catch(function (/** @type {any} */ fault) {
          if (mine !== asked) return;
          clear("fault");
          status.textContent = text.fault(fault);
        });
    }

    /** A hit counts as a phrase only if a text really contains it: units may agree by accident.
     * @param {Hit} hit @param {[HitHeader, string[]]} data @param {SearchQuery} query @param {Folder} folder */
    function settledTier(hit, data, query, folder) {
      if (hit.tier !== "phrase") return hit.tier;
      const header = data[0];
      const identity = header.id.slice(header.id.indexOf("/") + 1);
      const texts = [header.title, ...header.aliases, header.summary, identity, ...data[1]];
      return text.holds(folder, texts, query.whole) ? "phrase" : "all";
    }

    /**
     * @param {string} query @param {SearchFound} found @param {Hit[]} hits
     * @param {[HitHeader, string[]][]} data @param {number} page @param {number} pages
     * @param {Folder} folder
     */
    function paint(query, found, hits, data, page, pages, folder) {
      clear(hits.length ? "results" : "empty");
      status.textContent = text.say(hits.length ? "count" : "none", {
        count: found.hits.length,
        query: query,
        page: page,
        pages: pages,
      });
      const lists = { phrase: document.createElement("ol"), all: document.createElement("ol") };
      hits.forEach(function (hit, at) {
        const tier = settledTier(hit, data[at], found.query, folder);
        lists[tier].append(item(data[at], found, folder));
      });
      [lists.phrase, lists.all].forEach(function (list) {
        if (!list.children.length) return;
        const label = document.createElement("h2");
        label.className = "fq-tier";
        label.textContent = text.say(list === lists.phrase ? "tier-phrase" : "tier-all");
        list.className = "fq-hits";
        list.setAttribute("role", "list");
        results.append(label, list);
      });
      if (pages > 1) turn(query, page, pages);
    }

    /** @param {[HitHeader, string[]]} data @param {SearchFound} found @param {Folder} folder */
    function item(data, found, folder) {
      const header = data[0];
      const entry = document.createElement("li");
      entry.className = "fq-hit";
      const title = document.createElement("h3");
      const link = document.createElement("a");
      link.href = draw.root() + header.url;
      draw.title(link, header, found, folder);
      title.append(link);
      const snippet = document.createElement("p");
      snippet.className = "fq-hit-snippet";
      text.append(snippet, text.snippet(folder, [header.summary, ...data[1]], found.query));
      entry.append(draw.badges(header), title, snippet);
      return entry;
    }

    /** @param {string} query @param {number} page @param {number} pages */
    function turn(query, page, pages) {
      /** @param {number} to @param {string} key */
      const link = function (to, key) {
        if (to < 1 || to > pages) return;
        const anchor = document.createElement("a");
        anchor.href = draw.address(query, to).slice(draw.root().length + "search.html".length);
        anchor.textContent = text.say(key);
        anchor.rel = to < page ? "prev" : "next";
        pager.append(anchor);
      };
      link(page - 1, "previous");
      const place = document.createElement("span");
      place.textContent = text.say("page", { page: page, pages: pages });
      pager.append(place);
      link(page + 1, "next");
    }

    draw.watch(input, function () {
      const hash = input.value.trim() ? draw.address(input.value).split("#")[1] : "";
      if (hash === location.hash.slice(1)) return;
      // Typing replaces the entry, so that Back leaves the search, not a letter of it.
      history.replaceState(null, "", "#" + hash);
      render();
    });
    input.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && !event.isComposing) input.select();
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      location.hash = draw.address(input.value).split("#")[1];
      render();
    });
    pager.addEventListener("click", function () {
      status.focus();
    });
    window.addEventListener("hashchange", function () {
      input.value = state().query;
      render();
      window.scrollTo(0, 0);
    });
    input.value = state().query;
    render();
  }

  document.querySelectorAll("[data-fq-search-page]").forEach(function (section) {
    attach(/** @type {HTMLElement} */ (section));
  });
})(window);
