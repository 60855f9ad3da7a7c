/** The grading of type.py for the browser: a mark for each right choice, less one for each wrong. */
"use strict";

(function (/** @type {any} */ global) {
  const fengqiao = (global.fengqiao = global.fengqiao || {});
  const graders = (fengqiao.graders = fengqiao.graders || {});

  /** @param {boolean[]} right @param {number[]} chosen @returns {number} from 0 to 1 */
  graders["multiple"] = function (right, chosen) {
    const different = Array.from(new Set(chosen));
    const keys = right.filter(Boolean).length;
    const hits = different.filter(function (at) {
      return right[at];
    }).length;
    const misses = different.length - hits;
    return Math.max(0, hits / keys - misses / Math.max(1, right.length - keys));
  };
})(window);
