"""``aictui completion``: the script that makes a shell complete aictui's commands, options and names."""

import click
from click.shell_completion import get_completion_class

from aictui.cli.group import cli


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  aictui completion bash > ~/.local/share/bash-completion/completions/aictui
    zsh:   aictui completion zsh > a file _aictui in a folder of $fpath
    fish:  aictui completion fish > ~/.config/fish/completions/aictui.fish
    """  # noqa: D301 - an escape that click reads: lines as they are
    from aictui.cli.main import COMPLETE_VARIABLE

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(cli, {}, "aictui", COMPLETE_VARIABLE).source())
