"""The settings: WIREBELL_* from the environment and from .env, read once, in wiring.

Rooms get values, never this object. Secrets are named by reference in the desk's
channels.yaml (`${env:NAME}`, `${file:/path}`) and resolved in the transport only; what is
here may be printed by anybody.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from wirebell.core.errors import SettingsError


class Settings(BaseSettings):
    """One installation's settings. docs/settings.md is tested against these fields."""

    model_config = SettingsConfigDict(
        env_prefix="WIREBELL_", env_file=".env", extra="ignore", frozen=True
    )

    home: Path = Field(
        Path(".wirebell"), description="Where state lives: database, Prefect's home, outbox files."
    )
    rules: Path = Field(
        Path("rules"), description="The desk: the folder with everything analysts write."
    )
    database: str = Field(
        "", description="SQLAlchemy URL; empty means SQLite inside the home folder."
    )
    contact: str = Field(
        "https://example.org/wirebell",
        description="An address or URL for webmasters; part of the User-Agent.",
    )
    allow_hosts: str = Field(
        "",
        description="Private hosts we may connect to, comma separated: host, host:port or network.",
    )
    mail_from: str = Field(
        "", description="The From line of alert mails; empty means the mail channel's login."
    )
    mail_domain: str = Field(
        "wirebell.invalid", description="The domain of Message-ID and List-Id."
    )
    slack_base: str = Field(
        "", description="Another base address for Slack's API and webhooks; for tests and proxies."
    )
    max_age: timedelta = Field(
        timedelta(hours=72),
        description="Entries published longer ago than this are filed, not rung.",
    )
    keep_days: int = Field(
        90, ge=30, description="Days the text of an article that never rang is kept."
    )
    group_wait: timedelta = Field(
        timedelta(seconds=30),  # and until the next sweep: one more round of polls joins it
        description="How long a story's first alert waits for what else tells of it; flash: not.",
    )
    update_gap: timedelta = Field(
        timedelta(minutes=30),
        description="How long a story is not told again to the same reader for a mere update.",
    )
    singles_in_10_min: int = Field(
        6, ge=1, description="Alerts one reader gets singly in 10 minutes; more come in a digest."
    )
    singles_in_an_hour: int = Field(
        30, ge=1, description="Alerts one reader gets singly in an hour; more come in a digest."
    )
    fetch_deadline: float = Field(
        30.0, gt=0, description="Seconds one request may take, redirects and body included."
    )
    fetch_cap: int = Field(10 * 2**20, gt=0, description="Decoded bytes one answer may have.")
    parse_processes: int = Field(2, ge=1, le=64, description="Processes that read pages.")
    batch_size: int = Field(
        80, ge=1, description="Feeds in one batch task; a run has at most 11 batches."
    )
    public_url: str = Field(
        "",
        description="Where readers reach `wirebell serve`; empty: alerts have no pages, only ids.",
    )
    serve_at: str = Field(
        "127.0.0.1:4280", description="Where `wirebell serve` listens, as host:port."
    )
    prefect_port: int = Field(
        4200, ge=1, le=65535, description="The one port of the Prefect server and its UI."
    )

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database or f"sqlite:///{(self.home / 'wirebell.db').resolve()}"

    @property
    def allowed(self) -> tuple[str, ...]:
        """The private hosts we may connect to, one by one."""
        return tuple(host.strip() for host in self.allow_hosts.split(",") if host.strip())


def load_settings() -> Settings:
    """Read the settings of this process.

    Raises:
        SettingsError: a value cannot be used; names the variable, never its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "WIREBELL_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(name, first["msg"], "See docs/settings.md") from None


def load_environ() -> Mapping[str, str]:
    """What `${env:NAME}` in channels.yaml may refer to: .env, under the real environment."""
    written = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    return {**written, **os.environ}
