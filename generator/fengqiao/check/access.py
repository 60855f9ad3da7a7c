"""Who may see what: nothing is more public than the rules allow, or tells of what is less so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fengqiao.casebook import Casebook
from fengqiao.check.finding import Finding, check
from fengqiao.record import Audience, Record


@check
def audience_respects_the_rules(
    record: Record, casebook: Casebook, as_of: date
) -> Iterator[Finding]:
    """A real case needs two reviewers, a real person a consent, before it may be public."""
    if record.floor().rank > record.audience.rank:
        yield Finding(
            "audience-too-public",
            ("audience",) if "audience" in record.model_fields_set else (),
            {"audience": record.audience, "floor": record.floor()},
        )


@check
def names_nothing_less_public(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """Readers of a record may also see what it names."""
    own = record.visible_to()
    for mention in casebook.mentions.get(record.key, ()):
        target = casebook.get(mention.ref)
        if target is None:
            continue
        readers = Audience.least_public(own, mention.audience)
        if target.sealed() and not record.sealed():
            yield Finding("names-sealed", mention.keys, {"ref": mention.ref})
        elif target.visible_to().rank > readers.rank:
            yield Finding(
                "names-less-public",
                mention.keys,
                {"ref": mention.ref, "own": readers, "other": target.visible_to()},
            )


@check
def record_is_connected(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """A record that nothing else names and that names nothing else is found only by chance."""
    names = any(
        casebook.get(one.ref) not in (None, record) for one in casebook.mentions.get(record.key, ())
    )
    named = any(one.source != record.key for one in casebook.cited_by.get(record.key, ()))
    if not names and not named:
        yield Finding("orphan")
