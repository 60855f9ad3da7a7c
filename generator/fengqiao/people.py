"""What mediators and experts share: a term of office, and a consent that can be withdrawn."""

from __future__ import annotations

from fengqiao.record import Audience, Day, Line, Origin, Part, internal, public


class Consent(Part):
    """Consent to be named in public, and its withdrawal."""

    given: Day | None = internal("同意日期", "Given on")
    withdrawn: Day | None = internal("撤回日期", "Withdrawn on", after="given")
    scope: Line | None = internal("同意范围", "What may be published")

    @property
    def stands(self) -> bool:
        """Whether consent was given and not taken back."""
        return bool(self.given) and not self.withdrawn


class TermOfOffice(Part):
    """From when until when somebody is elected, engaged or appointed."""

    start: Day = public("任期起", "From", example="2025-01-01")
    end: Day = public("任期止", "Until", example="2027-12-31", after="start")


def floor_of_person(origin: Origin, consent: Consent | None) -> Audience:
    """A real person is public only while a recorded consent stands."""
    if origin is Origin.INVENTED or (consent and consent.stands):
        return Audience.PUBLIC
    return Audience.INTERNAL
