// Follows the preview server: loads the page again when there is a newer site, keeps its place,
// and lays what is wrong over the last good one. Only the server adds it; no built page has it.
(function () {
  "use strict";

  /**
   * @typedef {Object} Fault
   * @property {string} place
   * @property {string} severity
   * @property {string} code
   * @property {string} message
   */

  /**
   * @typedef {Object} News What the server says after every build and to everyone who asks anew.
   * @property {string} token the site that stands
   * @property {number} build
   * @property {string} reason empty when the last build went well
   * @property {Fault[]} faults
   * @property {{[key: string]: string}} words
   */

  const PLACE = "fengqiao-serve-place";
  const AGAIN = 2000; // milliseconds until a refused connection is tried again
  const STYLE =
    ":host{all:initial}" +
    "section{position:fixed;left:0;right:0;bottom:0;z-index:2147483647;max-height:60vh;" +
    "overflow:auto;box-sizing:border-box;padding:1rem 1.25rem 1.25rem;background:#fff;" +
    "color:#1a1a1a;border-top:4px solid #b3261e;box-shadow:0 -4px 24px rgba(0,0,0,.35);" +
    "font:16px/1.5 system-ui,sans-serif}" +
    "section:focus-visible,button:focus-visible{outline:3px solid #1a4fb4;outline-offset:2px}" +
    "h2{margin:0 6rem .5rem 0;font-size:1.15em}" +
    "p{margin:.25rem 0;white-space:pre-line;overflow-wrap:anywhere}" +
    "ol{margin:.5rem 0 0;padding-left:1.5rem}li{margin:.35rem 0;overflow-wrap:anywhere}" +
    "code{font:.92em/1.5 ui-monospace,monospace}" +
    "button{position:absolute;top:.75rem;right:1rem;font:inherit;padding:.25rem .75rem;" +
    "color:inherit;background:#f2f2f2;border:1px solid #767676;border-radius:4px;cursor:pointer}" +
    "@media print{section{display:none}}";

  const script = document.currentScript;
  if (!script) return;
  const token = script.getAttribute("data-token") || "";
  const address = script.getAttribute("data-events") || "";

  /** @type {HTMLElement | null} */
  let overlay = null;
  let dismissed = -1;
  /** @type {EventSource | null} */
  let source = null;

  // ---------------------------------------------------------------- place on the page

  /** Remembers how far the page is scrolled, then loads it again. */
  function reload() {
    try {
      const place = [location.href, window.scrollX, window.scrollY];
      sessionStorage.setItem(PLACE, JSON.stringify(place));
    } catch (fault) {
      // no storage: the browser's own memory of the place has to do
    }
    location.reload();
  }

  function returnToPlace() {
    try {
      const place = JSON.parse(sessionStorage.getItem(PLACE) || "null");
      sessionStorage.removeItem(PLACE);
      if (!place || place[0] !== location.href) return;
      const go = function () {
        window.scrollTo(place[1], place[2]);
      };
      go();
      window.addEventListener("load", go); // pictures may have moved everything
    } catch (fault) {
      // as above
    }
  }

  // ---------------------------------------------------------------- overlay

  /**
   * @param {string} name
   * @param {string} text
   */
  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  /** @param {Fault} fault */
  function line(fault) {
    const item = document.createElement("li");
    item.appendChild(element("code", fault.place));
    item.appendChild(document.createTextNode(" "));
    item.appendChild(element("strong", fault.severity + "[" + fault.code + "]"));
    item.appendChild(document.createTextNode(" " + fault.message));
    return item;
  }

  function hide() {
    if (overlay) overlay.remove();
    overlay = null;
  }

  /** @param {News} news */
  function show(news) {
    hide();
    const host = document.createElement("div");
    host.id = "fengqiao-serve";
    host.lang = document.documentElement.lang;
    const root = host.attachShadow({ mode: "open" });
    const section = document.createElement("section");
    section.setAttribute("role", "alert");
    section.tabIndex = 0; // it may scroll: keys have to reach it
    root.appendChild(element("style", STYLE));
    root.appendChild(section);
    document.body.appendChild(host);
    overlay = host;
    const dismiss = function () {
      dismissed = news.build;
      hide();
    };
    // Filled once it is in the page: screen readers announce what changes in an alert.
    section.appendChild(element("h2", news.words.title));
    section.appendChild(element("p", news.reason));
    if (news.faults.length) {
      const list = document.createElement("ol");
      news.faults.forEach(function (fault) {
        list.appendChild(line(fault));
      });
      section.appendChild(list);
    }
    const button = element("button", news.words.close);
    button.addEventListener("click", dismiss);
    section.appendChild(button);
    section.addEventListener("keydown", function (event) {
      if (event.key === "Escape") dismiss();
    });
  }

  // ---------------------------------------------------------------- connection

  /** @param {News} news */
  function hear(news) {
    if (news.token !== token) reload();
    else if (!news.reason) hide();
    else if (news.build !== dismissed) show(news);
  }

  function close() {
    if (source) source.close();
    source = null;
  }

  /** Listens while the page is seen: a browser opens only six connections to a server, and every
   * page that listens holds one. Whoever comes back is told how things stand now. */
  function connect() {
    if (source || document.visibilityState === "hidden") return;
    const opened = new EventSource(address);
    source = opened;
    opened.addEventListener("message", function (event) {
      hear(JSON.parse(event.data));
    });
    opened.addEventListener("error", function () {
      if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
      source = null;
      window.setTimeout(connect, AGAIN);
    });
  }

  returnToPlace();
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") close();
    else connect();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", connect);
  connect();
})();
