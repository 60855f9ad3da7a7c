/**
 * The search box on every page: a combobox (ARIA APG) that suggests the best hits and leads to the
 * results page. It loads no search data before it is focused. `/` focuses the page's search.
 */
"use strict";

(function (/** @type {any} */ global) {
  const fengqiao = (global.fengqiao = global.fengqiao || {});
  const MOST = 8;

  /** @param {HTMLFormElement} form */
  function attach(form) {
    /** @type {SearchText} */
    const text = fengqiao.searchText;
    /** @type {SearchHit} */
    const draw = fengqiao.searchHit;
    const input = /** @type {HTMLInputElement} */ (form.querySelector("input"));
    const list = /** @type {HTMLElement} */ (form.querySelector("[role=listbox]"));
    const status = /** @type {HTMLElement} */ (form.querySelector("[role=status]"));
    let asked = 0; // the running query; an answer to an older one is dropped
    let selected = -1;
    /** @type {HTMLElement[]} */
    let options = [];

    /** @param {boolean} open */
    function show(open) {
      list.hidden = !open;
      input.setAttribute("aria-expanded", String(open));
      if (!open) select(-1);
    }

    /** @param {number} which */
    function select(which) {
      selected = which;
      options.forEach(function (option, at) {
        option.setAttribute("aria-selected", String(at === which));
      });
      if (which < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", options[which].id);
      options[which].scrollIntoView({ block: "nearest" });
    }

    /** @param {string} address @param {string} name @returns {HTMLElement} */
    function option(address, name) {
      const item = document.createElement("li");
      item.id = list.id + "-" + options.length;
      item.className = "fq-option " + name;
      item.setAttribute("role", "option");
      item.dataset.address = address;
      options.push(item);
      list.append(item);
      return item;
    }

    /** @param {HTMLElement} item */
    function follow(item) {
      location.href = /** @type {string} */ (item.dataset.address);
      show(false);
    }

    function run() {
      const query = input.value;
      const mine = (asked += 1);
      status.classList.remove("fq-search-fault");
      if (!query.trim()) {
        status.textContent = "";
        return show(false);
      }
      fengqiao.search
        .open()
        .then(function (/** @type {SearchEngine} */ engine) {
          return engine.search(query).then(function (found) {
            const best = found.hits.slice(0, MOST);
            return Promise.all(
              best.map(function (hit) {
                return engine.header(hit.document);
              })
            ).then(function (headers) {
              if (mine === asked && document.activeElement === input) paint(query, found, headers, engine);
            });
          });
        })
        .catch(function (/** @type {any} */ fault) {
          if (mine !== asked) return;
          show(false);
          status.classList.add("fq-search-fault");
          status.textContent = text.fault(fault);
        });
    }

    /** @param {string} query @param {SearchFound} found @param {HitHeader[]} headers @param {SearchEngine} engine */
    function paint(query, found, headers, engine) {
      list.textContent = "";
      options = [];
      headers.forEach(function (header) {
        const item = option(draw.root() + header.url, "fq-option-hit");
        const name = document.createElement("span");
        name.className = "fq-option-title";
        draw.title(name, header, found, engine.folder);
        item.append(draw.badges(header), " ", name);
      });
      const count = found.hits.length;
      if (count) {
        option(draw.address(query), "fq-option-all").textContent = text.say("all", { count: count });
      }
      status.textContent = text.say(count ? "suggestions" : "none", {
        count: count,
        shown: headers.length,
        query: query,
      });
      show(count > 0);
    }

    input.addEventListener("focus", function () {
      fengqiao.search.open().catch(function () {
        // The first query tells.
      });
    });
    draw.watch(input, run);
    input.addEventListener("keydown", function (event) {
      if (event.isComposing || event.keyCode === 229) return;
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step) {
        event.preventDefault();
        if (list.hidden) {
          if (options.length) show(true);
          else run();
          return;
        }
        const size = options.length + 1; // one place is the input itself
        select(((selected + 1 + step + size) % size) - 1);
      } else if (event.key === "Enter" && selected >= 0) {
        event.preventDefault();
        follow(options[selected]);
      } else if (event.key === "Escape") {
        event.preventDefault();
        asked += 1;
        if (list.hidden) input.value = "";
        options = list.hidden ? [] : options;
        status.textContent = "";
        show(false);
      }
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      asked += 1;
      show(false);
      if (input.value.trim()) location.href = draw.address(input.value);
    });
    list.addEventListener("mousedown", function (event) {
      event.preventDefault(); // the input keeps the focus until the click arrives
    });
    list.addEventListener("click", function (event) {
      const item = /** @type {Element} */ (event.target).closest("[role=option]");
      if (item) follow(/** @type {HTMLElement} */ (item));
    });
    input.addEventListener("blur", function () {
      asked += 1;
      show(false);
    });
  }

  document.querySelectorAll("[data-fq-search-box]").forEach(function (form) {
    attach(/** @type {HTMLFormElement} */ (form));
  });

  document.addEventListener("keydown", function (event) {
    const at = /** @type {HTMLElement} */ (event.target);
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
    // The theme has a key for its own search; ours takes it.
    const inputs = Array.from(document.querySelectorAll("[data-fq-search-page] input, [data-fq-search-box] input"));
    const main = inputs.find(function (input) {
      return Boolean(input.closest("[data-fq-search-page]"));
    });
    const input = /** @type {HTMLInputElement|undefined} */ (main || inputs[0]);
    if (!input) return;
    event.preventDefault();
    event.stopPropagation();
    input.focus();
    input.select();
  });
})(window);
