"""The one root of the errors that reach a user as a sentence, never as a traceback."""

from __future__ import annotations

from fengqiao.messages import Value, text


class FengqiaoError(Exception):
    """Something a user has to know and can act on.

    ``key`` names the sentence in ``messages/errors.yml``; ``values`` fill it. The types are the
    API, the wording is not. ``exit_code`` is what the command ends with: 1 for faults in content
    and for a machine that refuses (no disk, no permission), 2 for misuse.
    """

    exit_code = 1

    def __init__(self, key: str, /, **values: Value) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), self.key, self.values)

    def message(self, lang: str) -> str:
        """The sentence in ``lang`` (``zh`` or ``en``), with the value ``guess`` behind it."""
        sentence = text(self.key, lang, **self.values)
        guess = self.values.get("guess")
        return sentence + text("did-you-mean", lang, guess=guess) if guess else sentence

    def __str__(self) -> str:
        return self.message("en")


class UsageError(FengqiaoError):
    """The command was called in a way it cannot follow."""

    exit_code = 2


def _restore(kind: type[FengqiaoError], key: str, values: dict[str, Value]) -> FengqiaoError:
    """Rebuilds an error that came out of a worker process."""
    return kind(key, **values)
