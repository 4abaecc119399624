"""The shape of the analysts' files. Private: it stands only between YAML and the values.

The JSON Schema for editors is made from these models too. A field is named as in the value it
becomes; where an analyst writes another word, that is its alias.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from wirebell.core.matches import Severity
from wirebell.desk import spelling
from wirebell.desk.clauses import Condition, Operand, PhraseShape, SharedList, kind_of, rings
from wirebell.desk.names import Names
from wirebell.desk.shapes import (
    Clock,
    Day,
    Duration,
    Id,
    Language,
    Place,
    Quiet,
    Recipient,
    Shape,
    Text,
    Tier,
    Words,
    Zone,
    declared,
)


class File(Shape):
    """What the files share."""

    version: Annotated[Literal["1"], WithJsonSchema({"const": 1})] = "1"


class FeedDefaults(Shape):
    """What every feed of the file is unless it says otherwise; `tags` are added."""

    every: Duration | None = None
    max_every: Duration | None = None
    language: Language | None = None
    tags: tuple[Id, ...] = ()
    tier: Tier | None = None
    read: Literal["page", "feed"] | None = None
    zone: Zone | None = None


class FeedShape(FeedDefaults):
    """One address we poll."""

    id: Id
    name: Text
    url: Annotated[str, AfterValidator(spelling.address)]
    note: str = ""

    @model_validator(mode="after")
    def _backs_off(self) -> FeedShape:
        if self.every and self.max_every and self.max_every < self.every:
            raise ValueError("max_every is shorter than every")
        return self


class FeedsFile(File):
    """feeds.yaml: what to poll."""

    defaults: FeedDefaults = FeedDefaults()
    feeds: tuple[FeedShape, ...] = Field(min_length=1)


class OfficeShape(Shape):
    """An office somebody held, from a day to a day."""

    role: Id
    title: Words
    start: Day = Field(None, alias="from")
    end: Day = Field(None, alias="to")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> OfficeShape:
        if self.start and self.end and self.end < self.start:
            raise ValueError("this office ends before it begins")
        return self


class SurnameShape(Shape):
    """The surname, and when it counts by itself."""

    word: Words | None = None
    alone: Literal["never", "after_full", "always"] = "after_full"


def _alias_kind(value: Any) -> str | None:
    kind = kind_of(value)
    return kind if kind in ("<term>", "<phrase>") else None


Alias: TypeAlias = Annotated[
    Annotated[Words, Tag("<term>")] | Annotated[PhraseShape, Tag("<phrase>")],
    Discriminator(_alias_kind),
]


class OrganisationShape(Shape):
    """An organisation and the ways it is written."""

    id: Id
    name: Words
    aliases: tuple[Alias, ...] = ()
    other_scripts: tuple[Words, ...] = ()
    masked_by: tuple[Words, ...] = ()
    needs_near: tuple[Operand, ...] = ()


class PersonShape(OrganisationShape):
    """A person and the ways they are written."""

    surname: SurnameShape = SurnameShape()
    name_order: Literal["given_first", "family_first"] = "given_first"
    roles: tuple[OfficeShape, ...] = ()


class PeopleFile(File):
    """people.yaml: officials and organisations."""

    people: tuple[PersonShape, ...] = ()
    organisations: tuple[OrganisationShape, ...] = ()


class RecipientShape(Shape):
    """Who is told, how and when."""

    name: Id
    mail: Annotated[str, AfterValidator(spelling.mail_address)] = ""
    slack: Annotated[str, AfterValidator(spelling.slack_room)] = ""
    also: tuple[Annotated[str, declared("channel")], ...] = ()
    zone: Zone = "UTC"
    quiet: Quiet | None = None
    digest_at: tuple[Clock, ...] = Field((), min_length=1)
    follows: tuple[Annotated[str, declared("tag", "rule")], ...] = ()
    at_least: Severity = Severity.ROUTINE
    away_until: Day = None

    @model_validator(mode="after")
    def _can_be_reached(self, info: ValidationInfo) -> RecipientShape:
        ways = [way for way in ("mail", "slack") if getattr(self, way)]
        if not (ways or self.also):
            raise ValueError(f"{self.name} cannot be reached; add mail, slack or also")
        if isinstance(info.context, Names):
            for way in ways:
                info.context.require(way, "channel")
        return self


class RouteShape(Shape):
    """Which alerts go to whom."""

    to: tuple[Recipient, ...] = Field(min_length=1)
    rules: tuple[Annotated[str, declared("rule")], ...] = ()
    tags: tuple[Annotated[str, declared("tag")], ...] = ()
    at_least: Severity = Severity.ROUTINE


class ChannelsFile(File):
    """channels.yaml: ways to reach people, the people, and who is sent what."""

    channels: dict[Id, Annotated[str, AfterValidator(spelling.reference)]] = Field(min_length=1)
    recipients: tuple[RecipientShape, ...] = ()
    routes: tuple[RouteShape, ...] = ()


class WhereShape(Shape):
    """Which articles a rule looks at."""

    feeds: tuple[Annotated[str, declared("feed")], ...] = ()
    tags: tuple[Annotated[str, declared("feed tag")], ...] = ()
    tiers: tuple[Tier, ...] = ()
    languages: tuple[Language, ...] = ()
    min_words: int = Field(0, ge=0)


class ExampleShape(Shape):
    """A text and why the rule must, or must not, fire on it."""

    text: Text
    because: str = ""


def _example_kind(value: Any) -> str | None:
    if isinstance(value, str):
        return "<text>"
    return "<example>" if isinstance(value, dict) and {"text", "because"} & {*value} else None


Example: TypeAlias = Annotated[
    Annotated[Text, Tag("<text>")] | Annotated[ExampleShape, Tag("<example>")],
    Discriminator(_example_kind),
]


class ExamplesShape(Shape):
    """Texts the rule must fire on, and texts it must not."""

    match: tuple[Example, ...] = ()
    no_match: tuple[Example, ...] = ()


class RuleDefaults(Shape):
    """What every rule of the file is unless it says otherwise; `tags` and `to` are added."""

    severity: Severity = Severity.ROUTINE
    owner: Text = ""
    tags: tuple[Id, ...] = ()
    to: tuple[Recipient, ...] = ()


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
    not_in: tuple[Place, ...] = ()
    expires: Day = None
    examples: ExamplesShape = ExamplesShape()


class WatchFile(File):
    """watch/*.yaml: the rules, and the lists they share."""

    defaults: RuleDefaults = RuleDefaults()
    lists: dict[Id, SharedList] = Field(default_factory=dict)
    rules: tuple[RuleShape, ...] = ()
