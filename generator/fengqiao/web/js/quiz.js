/**
 * Questions answered in the page: each option says in words whether it was right and why, a set
 * keeps its score. Graders are registered by type (fengqiao.graders, in grade.js) after this file.
 *
 * @typedef {{
 *   form: HTMLFormElement,
 *   type: string,
 *   right: boolean[],
 *   mark: number|null,
 *   reset: () => void
 * }} QuizQuestion `mark`: from 0 to 1, null before the question is answered
 */
"use strict";

(function (/** @type {any} */ global) {
  const fengqiao = (global.fengqiao = global.fengqiao || {});

  /** A sentence of the page's catalogue.
   * @param {string} key @param {{[name: string]: string|number}} [values] */
  function say(key, values) {
    const sentence = (fengqiao.messages || {})["quiz." + key] || key;
    return sentence.replace(/\{(\w+)\}/g, function (/** @type {string} */ all, /** @type {string} */ name) {
      return values && name in values ? String(values[name]) : all;
    });
  }

  /** At most two decimals, none that says nothing. @param {number} mark */
  function shown(mark) {
    return String(Math.round(mark * 100) / 100);
  }

  /** @param {string} name @param {string} words */
  function badge(name, words) {
    const mark = document.createElement("strong");
    mark.className = "fq-verdict fq-verdict--" + name;
    const shape = document.createElement("span");
    shape.setAttribute("aria-hidden", "true");
    shape.textContent = name === "right" || name === "missed" ? "✓ " : name === "wrong" ? "✗ " : "– ";
    mark.append(shape, words);
    return mark;
  }

  /**
   * What to say of an option: [look, key of its words].
   * @param {boolean} right @param {boolean} chosen @returns {[string, string]}
   */
  function verdict(right, chosen) {
    if (right) return chosen ? ["right", "mark-chosen-right"] : ["missed", "mark-missed"];
    return chosen ? ["wrong", "mark-chosen-wrong"] : ["left", "mark-left"];
  }

  /** @param {HTMLFormElement} form @param {() => void} changed @returns {QuizQuestion} */
  function attach(form, changed) {
    const fieldset = /** @type {HTMLFieldSetElement} */ (form.querySelector("fieldset"));
    const button = /** @type {HTMLButtonElement} */ (form.querySelector("[data-fq-submit]"));
    const result = /** @type {HTMLElement} */ (form.querySelector("[data-fq-result]"));
    const answer = /** @type {HTMLElement} */ (form.querySelector("[data-fq-answer]"));
    const after = /** @type {HTMLElement} */ (form.querySelector("[data-fq-after]"));
    const inputs = Array.from(form.querySelectorAll("input"));
    const choices = Array.from(form.querySelectorAll("[data-fq-choice]"));
    const keys = (form.dataset.right || "").split(",");
    /** @type {QuizQuestion} */
    const question = {
      form: form,
      type: form.dataset.type || "",
      right: inputs.map(function (input, at) {
        return keys.indexOf(String(at)) >= 0;
      }),
      mark: null,
      reset: reset,
    };

    // The reasons move from the answer, which reads without a script, to their options.
    /** @type {HTMLElement[]} */
    const reasons = Array.from(answer.querySelectorAll(".fq-why")).map(function (why, at) {
      const reason = document.createElement("div");
      reason.className = "fq-reason";
      reason.hidden = true;
      reason.append(why);
      choices[at].append(reason);
      return reason;
    });
    answer.hidden = true;
    after.hidden = true;
    button.hidden = false;

    function reset() {
      question.mark = null;
      form.reset();
      fieldset.disabled = false;
      reasons.forEach(function (reason, at) {
        reason.hidden = true;
        choices[at].removeAttribute("data-verdict");
        const old = reason.querySelector(".fq-verdict");
        if (old) old.remove();
      });
      after.hidden = true;
      result.textContent = "";
      result.removeAttribute("data-verdict");
      button.textContent = say("submit");
    }

    function grade() {
      const chosen = inputs
        .map(function (input, at) {
          return input.checked ? at : -1;
        })
        .filter(function (at) {
          return at >= 0;
        });
      if (!chosen.length) {
        result.textContent = say(inputs[0].type === "checkbox" ? "choose-several" : "choose");
        return;
      }
      const mark = fengqiao.graders[question.type](question.right, chosen);
      question.mark = mark;
      choices.forEach(function (choice, at) {
        const told = verdict(question.right[at], chosen.indexOf(at) >= 0);
        choice.setAttribute("data-verdict", told[0]);
        reasons[at].prepend(badge(told[0], say(told[1])));
        reasons[at].hidden = false;
      });
      fieldset.disabled = true;
      after.hidden = false;
      result.setAttribute("data-verdict", mark === 1 ? "right" : "wrong");
      result.textContent = mark === 1 ? say("right") : mark > 0 ? say("partly", { mark: shown(mark) }) : say("wrong");
      button.textContent = say("again");
    }

    form.addEventListener("submit", function (event) {
      event.preventDefault();
      // One button for both: the focus stays where it is.
      if (question.mark === null) grade();
      else reset();
      changed();
    });
    return question;
  }

  /** @param {HTMLElement} quiz */
  function collect(quiz) {
    const box = /** @type {HTMLElement} */ (quiz.querySelector("[data-fq-score-box]"));
    const score = /** @type {HTMLElement} */ (quiz.querySelector("[data-fq-score]"));
    const reset = /** @type {HTMLButtonElement} */ (quiz.querySelector("[data-fq-reset]"));
    const questions = Array.from(quiz.querySelectorAll("form[data-fq-question]")).map(function (form) {
      return attach(/** @type {HTMLFormElement} */ (form), changed);
    });

    function changed() {
      const marks = questions
        .map(function (question) {
          return question.mark;
        })
        .filter(function (mark) {
          return mark !== null;
        });
      let total = 0;
      marks.forEach(function (mark) {
        total += mark || 0;
      });
      const count = questions.length;
      const words = { answered: marks.length, count: count };
      score.textContent =
        (marks.length === count ? say("finished") : say("answered", words)) +
        " · " +
        say("score", { score: shown(total), count: count });
    }

    reset.addEventListener("click", function () {
      questions.forEach(function (question) {
        question.reset();
      });
      changed();
    });
    if (questions.length > 1) {
      box.hidden = false;
      changed();
    }
  }

  document.querySelectorAll("[data-fq-quiz]").forEach(function (quiz) {
    collect(/** @type {HTMLElement} */ (quiz));
  });
})(window);
