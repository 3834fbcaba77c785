"""Every setting once, with its reason. Set as environment variables with the prefix SUNBEON_."""

import ipaddress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.net.client_addresses import networks

FEWEST_DIFFERENT = 8
"""Different characters of a secret. Of random ones, 32 hexadecimal digits have fewer once in 28 million times."""
REAL_THING = "To run the real thing set SUNBEON_DEMO=0; docs/operations.md says what it needs."


class Settings(BaseSettings):
    """The settings. An invalid combination is refused with what to correct."""

    # A refusal must not show what was refused: it may be the secret.
    model_config = SettingsConfigDict(env_prefix="SUNBEON_", frozen=True, hide_input_in_errors=True)

    host: str = Field("127.0.0.1", description="Address to listen on. Behind a proxy on this machine: loopback.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one and logs it.")
    workers: int = Field(1, ge=1, le=64, description="Processes that serve. One carries a city; two use two cores.")
    demo: bool = Field(True, description="Known passwords, every office open at any hour, loopback only.")
    demo_life: bool = Field(
        True, description="Simulated people and clerks in a demo, so that it isn't empty; 0 leaves you alone in it."
    )
    demo_past_days: int = Field(
        42,
        ge=0,
        le=365,
        description="So many days before the first start of a demo with life get a simulated past; 0 for none.",
    )
    city: Path | None = Field(None, description="The city's file; the bundled Uijeongbu where unset.")
    data_dir: Path = Field(
        Path("data"),
        description="Holds the embedded store, the SQLite database, the voice's clips, and what a demo's life "
        "remembers; nothing else.",
    )
    redis_url: str | None = Field(
        None, description="A Redis >= 7.2 or Valkey >= 8 to use; the embedded server where unset."
    )
    database_url: str | None = Field(
        None,
        pattern=r"^(sqlite\+aiosqlite|postgresql\+asyncpg)://",
        description="Where history and audit are kept; SQLite in the data folder where unset.",
    )
    voice: bool = Field(
        True, description="Whether espeak-ng makes the clips of the screens' voice, where it is installed."
    )
    voice_dir: Path | None = Field(
        None, description="A folder of recorded clips, which are used instead; docs/operations.md says which files."
    )
    log_days: int = Field(
        8,
        ge=8,
        description="Whole days of events that the store keeps: so far back can a projection be made anew.",
    )
    history_days: int = Field(
        1096, ge=8, description="How long the rows of finished tickets are kept, which name nobody: to compare years."
    )
    audit_days: int = Field(730, ge=1, description="How long it is kept who did what.")
    projection_alarm_seconds: float = Field(
        60, gt=0, description="The log tells when events wait longer than this for the database."
    )
    namespace: str = Field(
        "sunbeon",
        pattern=r"^[a-z][a-z0-9-]*$",
        description="First part of every key, so that a store can be shared.",
    )
    bootstrap_store: bool | None = Field(
        None,
        # The second name is the one that this setting had before.
        validation_alias=AliasChoices("bootstrap_store", "SUNBEON_BOOTSTRAP_STORE", "SUNBEON_FOUND_STORE"),
        description="Whether an empty store may be set up as this city's; set it for the first start only. Unset: in a "
        "demo. An empty store where there was one is a lost volume, and its numbers must not start again.",
    )
    replicas: int | None = Field(
        None,
        ge=0,
        description="How many of the store's replicas must have a change on disk before it is acknowledged. Unset: all "
        "that there ever were, so that any may be promoted and nothing is lost; then losing one stops the giving of "
        "numbers until it is back or this is set lower.",
    )
    durable: bool = Field(
        True, description="Refuse a store that can lose what was acknowledged. 0 is for measurements only."
    )
    number_gap: int = Field(
        100,
        ge=0,
        description="How far numbers are carried on after a failover, past those that may be in someone's hand: more "
        "than a counter gives in the minute and a half that a replica may lag behind.",
    )
    clock_tolerance_seconds: float = Field(
        60,
        gt=0,
        description="How far this machine's clock may be from the store's. Beyond that nothing is changed: a day that "
        "a wrong clock ends is over for everyone. NTP keeps clocks far closer, and a request takes 2 s at most.",
    )
    secret: SecretStr | None = Field(
        None, min_length=32, description="Signs ticket ids; the same in every process. Made up in a demo."
    )
    access_file: Path | None = Field(
        None,
        description="TOML with the staff's and devices' hashed secrets, which the database is seeded with; not in a "
        "demo.",
    )
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#@\s]+/?$",
        description="Where people reach the service, like https://queue.example.kr: for QR codes, and to tell its own "
        "pages from others'. Taken from the request where unset, in a demo only: a Host header can be invented.",
    )
    session_hours: float = Field(12, gt=0, description="A sign-in lasts a working day, and ends the same night.")
    max_body_bytes: int = Field(16_384, description="Ten times what the largest request needs.")
    max_head_bytes: int = Field(16_384, ge=4096, description="Several times what a browser with many cookies sends.")
    request_seconds: float = Field(
        20, gt=0, description="A whole request must arrive in this time; a poor mobile line needs 5 s for one."
    )
    first_byte_seconds: float = Field(
        5, gt=0, description="A new connection must ask for something in this time: as long as one may idle later."
    )
    connections: int = Field(
        10_000,
        ge=1,
        description="Open connections of a process, live sockets included: a city's crowd, at 10 KB each. Fewer where "
        "the process has fewer file descriptors; the log says so at the start. When all are taken, the one that has "
        "been idle longest makes room.",
    )
    connections_per_address: int = Field(
        200,
        ge=1,
        description="Of these, those of one address: four times its sockets, as an office and many a mobile network "
        "share one. A trusted proxy's don't count: it knows whose they are, and must limit them.",
    )
    trusted_proxies: str = Field(
        "127.0.0.0/8, ::1",
        description="Addresses and networks of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, "
        "with commas between. Anyone else could invent them.",
    )
    rate_limits: bool = Field(
        True, description="0 turns all rates, quotas and caps per address off: for load tests, in a demo only."
    )
    online_share: float = Field(
        0.5,
        ge=0,
        le=1,
        description="How much of a counter's band is given online in a day at most: the rest is for those who come.",
    )
    online_tickets_an_hour: int = Field(
        20,
        ge=1,
        description="Online numbers that one address may take in an hour: a family, or the readers of a library, share "
        "one. Cancelled ones count, as their numbers are gone.",
    )
    walk_ins_a_minute: int = Field(
        60,
        ge=1,
        description="Numbers that the kiosks of an office give in a minute, should a device key get into wrong hands: "
        "several times what a full lobby takes. A demo has no such limit.",
    )
    sockets_per_address: int = Field(
        100,
        ge=1,
        description="Anonymous live sockets of one address: an office's lobby and its visitors' phones share one, and "
        "the page of a ticket has two. Those of signed-in staff, and of this machine itself (a proxy's, where it "
        "doesn't say for whom), don't count.",
    )
    frame_interval_ms: int = Field(
        50, ge=0, description="After a first change at once, an office's boards are sent at most this often."
    )
    reread_seconds: float = Field(5, gt=0, description="How often boards are re-read, should a signal be lost.")
    stale_after_seconds: float = Field(
        3,
        gt=0,
        description="Facts that the store didn't confirm for so long are called stale: its pulse is felt every s.",
    )
    stale_board_seconds: float = Field(
        300, ge=0, description="How long a board is still shown, marked stale, while the store is away."
    )
    socket_buffer_bytes: int = Field(
        262_144, description="Unsent bytes after which a socket that doesn't read is dropped: a dozen boards."
    )
    login_attempts: int = Field(
        10,
        ge=1,
        description="Failed sign-ins that delay nothing: of a user from unknown browsers, or from a known browser in 5 "
        "minutes. More than people mistype, and too few to guess a password with.",
    )
    login_delay_seconds: float = Field(
        60,
        ge=1,
        description="The longest time between further sign-ins of a user from unknown browsers. It begins with 1 s and "
        "doubles with each failure. Longer, and a stranger could keep a clerk waiting who sits at a new PC.",
    )
    login_attempts_per_address: int = Field(
        20, ge=1, description="Failed sign-ins of all users together from one address in 5 minutes, an office's say."
    )
    logins_at_once: int = Field(
        2, ge=1, description="Passwords that a process verifies at the same time: each takes a core and 64 MiB."
    )
    logins_waiting: int = Field(
        64,
        ge=1,
        description="Sign-ins that wait for it: the last one's turn comes within seconds, or its client gives up.",
    )
    logins_waiting_per_address: int = Field(
        4, ge=1, description="Of those, so many of one address or known browser; several clerks may begin together."
    )

    @field_validator("secret")
    @classmethod
    def _is_no_simple_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret and len(set(secret.get_secret_value())) < FEWEST_DIFFERENT:
            raise ValueError(
                f"has fewer than {FEWEST_DIFFERENT} different characters, and can be guessed: make one with "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
            )
        return secret

    @field_validator("public_url")
    @classmethod
    def _has_a_sound_port(cls, url: str | None) -> str | None:
        if url:
            urlsplit(url).port  # noqa: B018  # raises ValueError
        return url

    @field_validator("trusted_proxies")
    @classmethod
    def _trusts_proxies_only(cls, listed: str) -> str:
        networks(listed)
        return listed

    @model_validator(mode="after")
    def _keeps_the_demo_in(self) -> Self:
        if self.demo:
            if not is_loopback(self.host):
                raise ValueError(f"a demo listens on loopback only, not on {self.host}. {REAL_THING}")
            if self.redis_url and not is_loopback_url(self.redis_url):
                raise ValueError(f"a demo uses a store on loopback only. {REAL_THING}")
            if self.secret or self.access_file:
                raise ValueError(f"SUNBEON_SECRET and SUNBEON_ACCESS_FILE are not for a demo. {REAL_THING}")
        else:
            if not self.rate_limits:
                raise ValueError("SUNBEON_RATE_LIMITS=0 is for load tests of a demo: take it out")
            if not self.secret:
                raise ValueError("SUNBEON_SECRET is missing: give 32 characters or more, the same to every process")
        return self


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def is_loopback_url(url: str) -> bool:
    """Whether a store URL stays on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "unix" or (parts.hostname is not None and is_loopback(parts.hostname))
