"""The commands. Each parses its arguments, calls one function and prints what it returns."""

# No postponed annotations here: typer reads them, and they name what make_command has at hand.

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from fengqiao import __version__
from fengqiao.cli.console import Bars, Printer
from fengqiao.diagnostics import has_errors, nearest
from fengqiao.errors import UsageError
from fengqiao.executor import default_jobs
from fengqiao.kinds import KindFolder, Kinds, find_kinds
from fengqiao.messages import LANGUAGES, text
from fengqiao.record import KEY, Audience
from fengqiao.settings import Settings, settings_from

HERE = Path()
Language = StrEnum("Language", LANGUAGES)  # type: ignore[misc]  # the choices that --help lists


def make_command(lang: str) -> Any:
    """The whole command line with its help in ``lang``."""
    own = Language(lang)
    say = _Texts(lang)
    app = typer.Typer(
        cls=_Commands,
        help=say("cli-help"),
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    language = typer.Option("--lang", help=say("cli-lang"))
    as_json = typer.Option("--json", help=say("cli-json"))
    project_option = typer.Option("--project", help=say("cli-project"), file_okay=False)
    Lang = Annotated[Language, language]  # noqa: N806 -- an alias of a type
    Json = Annotated[bool, as_json]  # noqa: N806
    Project = Annotated[Path, project_option]  # noqa: N806
    AsOf = Annotated[  # noqa: N806
        str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help=say("cli-as-of"))
    ]
    Edition = Annotated[  # noqa: N806
        Audience | None, typer.Option("--edition", help=say("cli-edition"))
    ]

    @app.callback(invoke_without_command=True)
    def root(
        context: typer.Context,
        version: Annotated[bool, typer.Option("--version", help=say("cli-version"))] = False,
        lang: Lang = own,
    ) -> None:
        if version:
            typer.echo(f"fengqiao {__version__}")
        elif context.invoked_subcommand is None:
            typer.echo(context.get_help())

    @app.command(help=say("cli-init"))
    def init(
        folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("cli-init-dir"))],
        lang: Lang = own,
        json: Json = False,
    ) -> None:
        from fengqiao.starter import create  # noqa: PLC0415

        printer = Printer(lang, json=json)
        files = create(folder)
        if json:
            printer.data({"folder": str(folder), "files": [str(file) for file in files]})
        printer.say("init-done", path=folder, count=len(files))

    @app.command(help=say("cli-check"))
    def check(
        project: Project = HERE, as_of: AsOf = None, lang: Lang = own, json: Json = False
    ) -> None:
        from fengqiao.load import load  # noqa: PLC0415

        printer = Printer(lang, json=json)
        _require_project(project)
        settings = _settings(project, {"as_of": as_of})
        with Bars(printer) as progress:
            loaded = load(project, settings.as_of, progress, default_jobs())
        if json:
            printer.data([one.as_dict(lang) for one in loaded.diagnostics])
        printer.diagnostics(loaded.diagnostics)
        if has_errors(loaded.diagnostics):
            raise typer.Exit(1)

    @app.command(help=say("cli-build"))
    def build(
        project: Project = HERE,
        edition: Edition = None,
        out: Annotated[Path | None, typer.Option("--out", help=say("cli-out"))] = None,
        as_of: AsOf = None,
        jobs: Annotated[int | None, typer.Option("--jobs", min=1, help=say("cli-jobs"))] = None,
        lang: Lang = own,
        json: Json = False,
    ) -> None:
        from fengqiao.publish import shell  # noqa: PLC0415

        printer = Printer(lang, json=json)
        with Bars(printer) as progress:
            request = shell.Request(
                flags={"edition": edition, "as_of": as_of},
                jobs=jobs or default_jobs(),
                report=printer.diagnostics,
                progress=progress,
                lang=lang,
            )
            built = shell.build(project, request=request, out=out)
        index = built.folder / "index.html"
        if json:
            found = [one.as_dict(lang) for one in built.diagnostics]
            printer.data({"folder": str(built.folder), "index": str(index), "diagnostics": found})
        printer.say("build-done", path=index)

    @app.command(help=say("cli-serve"))
    def serve(
        project: Project = HERE,
        edition: Edition = None,
        as_of: AsOf = None,
        host: Annotated[str, typer.Option("--host", help=say("cli-host"))] = "127.0.0.1",
        port: Annotated[int, typer.Option("--port", min=0, max=65535, help=say("cli-port"))] = 8000,
        lang: Lang = own,
    ) -> None:
        from fengqiao.serve import serve as run  # noqa: PLC0415

        run(project, flags={"edition": edition, "as_of": as_of}, host=host, port=port, lang=lang)

    @app.command(help=say("cli-new"))
    def new(
        kind: Annotated[str, typer.Argument(metavar="KIND", help=say("cli-kind"))],
        identity: Annotated[str, typer.Argument(metavar="ID", help=say("cli-id"))],
        project: Project = HERE,
        lang: Lang = own,
    ) -> None:
        from fengqiao.skeleton import create_record  # noqa: PLC0415

        file = create_record(project, _kind(project, kind), identity, lang)
        Printer(lang).say("new-done", path=file)

    @app.command(help=say("cli-schema"))
    def schema(
        kind: Annotated[str | None, typer.Argument(metavar="KIND", help=say("cli-kind"))] = None,
        project: Project = HERE,
        lang: Lang = own,
    ) -> None:
        from fengqiao.load import vocabularies_of  # noqa: PLC0415
        from fengqiao.schema import schema_of, write_schemas  # noqa: PLC0415

        printer = Printer(lang)
        vocabularies = vocabularies_of(project)
        if kind is not None:
            printer.data(schema_of(_kind(project, kind).model, vocabularies, lang))
            return
        _require_project(project)
        for file in write_schemas(project, _kinds(project), vocabularies, lang):
            printer.say("written", path=file)

    @app.command(help=say("cli-show"))
    def show(
        key: Annotated[str, typer.Argument(metavar="KIND/ID", help=say("cli-key"))],
        project: Project = HERE,
        edition: Edition = None,
        as_of: AsOf = None,
        lang: Lang = own,
    ) -> None:
        from fengqiao.load import load  # noqa: PLC0415
        from fengqiao.show import resolved  # noqa: PLC0415

        printer = Printer(lang)
        if not KEY.fullmatch(key):
            raise UsageError("bad-key", key=key)
        _require_project(project)
        loaded = load(project, _settings(project, {"as_of": as_of}).as_of)
        if loaded.casebook is None:
            printer.diagnostics(loaded.diagnostics)
            raise typer.Exit(1)
        audience = edition or Audience.INTERNAL
        printer.data(resolved(loaded.casebook, key, audience, lang))

    @app.command(help=say("cli-demo"))
    def demo(
        count: Annotated[int, typer.Argument(metavar="N", min=0, help=say("cli-demo-n"))],
        out: Annotated[Path, typer.Option("--out", help=say("cli-demo-out"))],
        lang: Lang = own,
    ) -> None:
        from fengqiao.demo import create_demo  # noqa: PLC0415

        printer = Printer(lang)
        with Bars(printer) as progress:
            create_demo(out, count, progress)
        printer.say("demo-done", path=out, count=count)

    return typer.main.get_command(app)


class _Commands(TyperGroup):
    """The commands; an unknown one is refused in our words."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As typer does, for commands there are."""
        name = args[0]
        if name not in self.commands and not name.startswith("-"):
            raise UsageError("no-such-command", name=name, guess=nearest(name, self.commands))
        return super().resolve_command(ctx, args)


class _Texts:
    def __init__(self, lang: str) -> None:
        self._lang = lang

    def __call__(self, key: str) -> str:
        return text(key, self._lang)


def _settings(project: Path, flags: dict[str, str | None]) -> Settings:
    if all(flags.values()):
        return settings_from({}, flags)  # nothing is left for mkdocs.yml to say
    from fengqiao.publish.shell import read_settings  # noqa: PLC0415 -- loads MkDocs

    return read_settings(project, flags)


def _require_project(project: Path) -> None:
    if not (project / "casebook").is_dir():
        raise UsageError("no-casebook", path=project.resolve())


def _kinds(project: Path) -> Kinds:
    return find_kinds(project.resolve())


def _kind(project: Path, name: str) -> KindFolder:
    kinds = _kinds(project)
    if name not in kinds:
        guess = nearest(name, kinds)
        raise UsageError("no-such-kind", kind=name, known=", ".join(kinds), guess=guess)
    return kinds[name]
