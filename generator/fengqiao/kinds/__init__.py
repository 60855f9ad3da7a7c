"""The kinds of record: one folder each, found by looking, never listed.

A kind's folder holds ``model.py`` (with one subclass of :class:`fengqiao.record.Record`),
``page.html.jinja``, ``example.yml`` and, where the common list does not do, ``list.html.jinja``.
A project may bring kinds of its own in a folder ``kinds/`` beside its ``casebook/``; of those only
``model.py`` has to be there.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from fengqiao.errors import UsageError
from fengqiao.record import Kind, Record

PACKAGE_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class KindFolder:
    """A kind with everything that its folder holds."""

    kind: Kind
    model: type[Record]
    path: Path

    @property
    def page_template(self) -> Path:
        """The template of a record's page; where there is none, the page prints every field."""
        return self.path / "page.html.jinja"

    @property
    def list_template(self) -> Path | None:
        """The kind's own list, where the common one does not do."""
        own = self.path / "list.html.jinja"
        return own if own.exists() else None

    @property
    def example(self) -> Path:
        """A small record that shows the kind, used by ``init`` and by the tests."""
        return self.path / "example.yml"


Kinds = Mapping[str, KindFolder]
"""Kind name → folder, in the order that kinds are shown."""


@cache
def find_kinds(project: Path | None = None) -> Kinds:
    """The package's kinds and those in the folder ``kinds/`` of ``project``. Raises
    :class:`UsageError` for a folder without a model, and where two kinds share a name or a
    folder."""
    found = [*_package_kinds(), *(_project_kinds(project) if project else ())]
    found.sort(key=lambda entry: (entry.kind.order, entry.kind.name))
    kinds: dict[str, KindFolder] = {}
    folders: dict[str, str] = {}
    for entry in found:
        other = entry.kind.name if entry.kind.name in kinds else folders.get(entry.kind.folder)
        if other:
            raise UsageError("kind-twice", kind=entry.kind.name, other=other, path=entry.path)
        kinds[entry.kind.name] = entry
        folders[entry.kind.folder] = entry.kind.name
    return kinds


def _package_kinds() -> Iterator[KindFolder]:
    for folder in sorted(PACKAGE_FOLDER.iterdir()):
        if (folder / "model.py").exists():
            module = importlib.import_module(f"{__name__}.{folder.name}.model")
            yield KindFolder(*_model_of(module, folder), folder)


def _project_kinds(project: Path) -> Iterator[KindFolder]:
    for folder in sorted((project.resolve() / "kinds").glob("*/")):
        file = folder / "model.py"
        if not file.exists():
            continue
        name = f"fengqiao_project_kinds_{folder.name}"
        spec = importlib.util.spec_from_file_location(name, file)
        if spec is None or spec.loader is None:
            raise UsageError("kind-without-model", path=folder)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # pickling a record looks its class up by module name
        spec.loader.exec_module(module)
        yield KindFolder(*_model_of(module, folder), folder)


def _model_of(module: ModuleType, folder: Path) -> tuple[Kind, type[Record]]:
    models = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Record)
        and value.__module__ == module.__name__
    ]
    if len(models) != 1:
        raise UsageError("kind-without-model", path=folder)
    return models[0].kind, models[0]
