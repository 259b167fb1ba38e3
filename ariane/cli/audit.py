"""`ariane audit verify`: whether the audit trail is whole, as it was sealed."""

import json
import sys

import click

from base import audit, logs
from base.config import load
from robots.auditing import kept_heads


@click.group(help="Look after the audit trail.")
def command() -> None:
    """The trail of who changed what."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def verify(as_json: bool) -> None:
    """Recompute the chain and compare it with the heads kept outside; exit with 1 when something is wrong."""
    configuration = load()
    logs.set_up("WARNING", configuration.log_form)
    heads = kept_heads(configuration.heads_of_audit)
    secret = configuration.secret_key.get_secret_value()
    with configuration.open_database().reading() as session:
        faults = audit.verify(session, secret, iter(heads))
        number, _ = audit.head_of(session)
    if as_json:
        click.echo(json.dumps({"entries": number, "heads": len(heads), "faults": faults}, indent=2))
    else:
        click.echo("\n".join(faults) or f"{number} entries, sealed and whole; {len(heads)} heads kept outside agree.")
    sys.exit(bool(faults))
