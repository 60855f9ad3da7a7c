/** The grading of type.py for the browser: 1 for the one right option, 0 for anything else. */
"use strict";

(function (/** @type {any} */ global) {
  const fengqiao = (global.fengqiao = global.fengqiao || {});
  const graders = (fengqiao.graders = fengqiao.graders || {});

  /** @param {boolean[]} right @param {number[]} chosen @returns {number} from 0 to 1 */
  graders["true-false"] = function (right, chosen) {
    const different = Array.from(new Set(chosen));
    return different.length === 1 && right[different[0]] ? 1 : 0;
  };
})(window);
