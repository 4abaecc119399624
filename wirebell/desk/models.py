"""The shape of the analysts' files. Private: it stands only between YAML and the values.

The JSON Schema for editors is made from these models too. A field is named as in the value it
becomes; where an analyst writes another word, that is its alias.
"""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from wirebell.core.matches import Severity
from wirebell.desk import spelling
from wirebell.desk.clauses import Condition, Operand, PhraseShape, Shape, branch_of, rings
from wirebell.desk.names import Names
from wirebell.desk.spelling import Id, Phrase, Recipient, Several, Some, Text, Words, declared


class File(Shape):
    """What the files share."""

    version: Annotated[Literal["1"], WithJsonSchema({"const": 1})] = "1"


class FeedDefaults(Shape):
    """What every feed of the file is unless it says otherwise; `tags` are added."""

    every: spelling.Duration | None = None
    max_every: spelling.Duration | None = None
    language: spelling.Language | None = None
    tags: Several[Id] = ()
    tier: spelling.Tier | None = None
    read: Literal["page", "feed"] | None = None
    zone: spelling.Zone | None = None


class SelectorsShape(Shape):
    """Where a list page keeps its entries."""

    items: spelling.Selector
    title: spelling.Selector = ""
    link: spelling.Selector = ""
    date: spelling.Selector = ""
    summary: spelling.Selector = ""


class FeedShape(FeedDefaults):
    """One address we poll."""

    id: Id
    name: Text
    url: spelling.Address
    note: str = ""
    kind: Literal["feed", "sitemap", "page"] = "feed"
    selectors: SelectorsShape | None = None
    headers: dict[spelling.Header, spelling.Secret] = Field(default_factory=dict)
    auth: spelling.Secret | None = None
    proxy: spelling.Secret | None = None

    @model_validator(mode="after")
    def _page_by_selectors(self) -> FeedShape:
        if (self.kind == "page") != (self.selectors is not None):
            raise ValueError(f"{self.id}: kind: page and selectors: go together; write both")
        return self


class FeedsFile(File):
    """feeds.yaml: what to poll."""

    defaults: FeedDefaults = FeedDefaults()
    feeds: Some[FeedShape]


class OfficeShape(Shape):
    """An office somebody held, from a day to a day."""

    role: Id
    title: Words
    start: spelling.Day = Field(None, alias="from")
    end: spelling.Day = Field(None, alias="to")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> OfficeShape:
        if self.start and self.end and self.end < self.start:
            raise ValueError("this office ends before it begins")
        return self


class SurnameShape(Shape):
    """The surname, and when it counts by itself."""

    word: Words | None = None
    alone: Literal["never", "after_full", "always"] = "after_full"


Alias = Annotated[
    Annotated[Phrase, Tag("<term>")] | Annotated[PhraseShape, Tag("<phrase>")],
    Discriminator(branch_of),
]


class OrganisationShape(Shape):
    """An organisation and the ways it is written."""

    id: Id
    name: Words
    aliases: Several[Alias] = ()
    other_scripts: Several[Phrase] = ()
    masked_by: Several[Words] = ()
    needs_near: Several[Operand] = ()


class PersonShape(OrganisationShape):
    """A person and the ways they are written."""

    surname: SurnameShape = SurnameShape()
    name_order: Literal["given_first", "family_first"] = "given_first"
    roles: Several[OfficeShape] = ()


class PeopleFile(File):
    """people.yaml: officials and organisations."""

    people: Several[PersonShape] = ()
    organisations: Several[OrganisationShape] = ()


class RecipientShape(Shape):
    """Who is told, how and when."""

    name: Id
    mail: spelling.Mail = ""
    slack: spelling.Slack = ""
    also: Several[Annotated[str, declared("channel")]] = ()
    zone: spelling.Zone = "UTC"
    quiet: spelling.Quiet | None = None
    digest_at: Some[spelling.Clock] = ()
    follows: Several[Annotated[str, declared("tag", "rule")]] = ()
    at_least: Severity = Severity.ROUTINE
    away_until: spelling.Day = None

    @model_validator(mode="after")
    def _can_be_reached(self, info: ValidationInfo[Names]) -> RecipientShape:
        ways = [way for way in ("mail", "slack") if getattr(self, way)]
        if not (ways or self.also):
            raise ValueError(f"{self.name} cannot be reached; add mail, slack or also")
        for way in ways:
            info.context.require(way, "channel")
        return self


class RouteShape(Shape):
    """Which alerts go to whom."""

    to: Some[Recipient]
    rules: Several[Annotated[str, declared("rule")]] = ()
    tags: Several[Annotated[str, declared("tag")]] = ()
    at_least: Severity = Severity.ROUTINE


class RouteTestShape(Shape):
    """Who must be told when a rule rings; run by every check."""

    rule: Annotated[str, declared("rule")]
    severity: Severity | None = None
    to: Several[Recipient]


class ChannelShape(Shape):
    """A way to reach people that says more than where its address is."""

    url: spelling.Secret
    fallback: Annotated[str, declared("channel")] = ""
    rate: spelling.Rate | None = None


Channel = Annotated[  # told apart by no key: what stands under an unknown one may be a secret
    Annotated[spelling.Secret, Tag("<term>")] | Annotated[ChannelShape, Tag("<channel>")],
    Discriminator(lambda given: "<channel>" if isinstance(given, dict) else "<term>"),
]


class ChannelsFile(File):
    """channels.yaml: ways to reach people, the people, who is sent what, and tests of that."""

    channels: dict[Id, Channel] = Field(min_length=1)
    recipients: Several[RecipientShape] = ()
    operators: Several[Recipient] = ()
    heartbeat: Several[Recipient] = ()
    routes: Several[RouteShape] = ()
    tests: Several[RouteTestShape] = ()


class WhereShape(Shape):
    """Which articles a rule looks at."""

    feeds: Several[Annotated[str, declared("feed")]] = ()
    tags: Several[Annotated[str, declared("feed tag")]] = ()
    tiers: Several[spelling.Tier] = ()
    languages: Several[spelling.Language] = ()
    min_words: int = Field(0, ge=0)


class ExampleShape(Shape):
    """A text and why the rule must, or must not, fire on it."""

    text: Text
    because: str = ""


Example = Annotated[
    Annotated[Text, Tag("<term>")] | Annotated[ExampleShape, Tag("<example>")],
    Discriminator(branch_of),
]


class ExamplesShape(Shape):
    """Texts the rule must fire on, and texts it must not."""

    match: Several[Example] = ()
    no_match: Several[Example] = ()


class RuleDefaults(Shape):
    """What every rule of the file is unless it says otherwise; `tags` and `to` are added."""

    severity: Severity = Severity.ROUTINE
    owner: Text = ""
    tags: Several[Id] = ()
    to: Several[Recipient] = ()


def _positive(when: Condition) -> Condition:
    if not rings(when):
        raise ValueError("this says only what must not be there; add a word to look for")
    return when


class RuleShape(RuleDefaults):
    """One watch."""

    id: Id
    why: Text
    title: str = ""
    where: WhereShape = WhereShape()
    when: Annotated[Condition, AfterValidator(_positive)]
    not_in: Several[spelling.Place] = ()
    expires: spelling.Day = None
    quiet: spelling.Duration | None = None
    examples: ExamplesShape = ExamplesShape()


class WatchFile(File):
    """watch/*.yaml: the rules, and the lists they share."""

    defaults: RuleDefaults = RuleDefaults()
    lists: dict[Id, Some[Operand]] = Field(default_factory=dict)
    rules: Several[RuleShape] = ()


FILES: dict[str, type[BaseModel]] = {
    "feeds": FeedsFile,
    "people": PeopleFile,
    "channels": ChannelsFile,
    "watch": WatchFile,
}
"""The model of each kind of file."""
HINTS = tomllib.loads(files("wirebell.desk").joinpath("hints.toml").read_text("utf-8"))
"""What an editor says of each key, by the shape it stands in."""


def schemas() -> dict[str, str]:
    """The JSON Schema that helps an editor while an analyst types, for each kind of file."""
    return {kind: _schema(model) for kind, model in FILES.items()}


def write_schemas(folder: Path) -> None:
    """Put them where each of the analysts' files says it has its schema."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, schema in schemas().items():
        (folder / f"{kind}.json").write_text(schema, "utf-8")


def _schema(model: type[BaseModel]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | model.model_json_schema()
    for name, shape in ({model.__name__: schema} | schema["$defs"]).items():
        for key, value in shape.get("properties", {}).items():
            value["description"] = HINTS.get(name, {}).get(key) or HINTS["any"][key]
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
