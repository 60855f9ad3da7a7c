"""Wiring between MkDocs' events and fengqiao; no HTML and no rules live here."""

from fengqiao.publish.shell import Host

_host = Host()

on_startup = _host.started
on_config = _host.begin
on_files = _host.shells
on_nav = _host.navigation
on_page_markdown = _host.markdown
on_env = _host.environment
on_post_template = _host.template
on_post_page = _host.page
on_post_build = _host.finish
on_build_error = _host.failed
