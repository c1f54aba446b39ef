"""What the environment says about those who carry our letters and text messages."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from gelombang.gateways.messaging.signing import read_secret

Port = Annotated[int, Field(ge=1, le=65535)]
Rate = Annotated[int, Field(ge=1, le=100_000)]


class MessagingEnvironment(BaseSettings):
    """The part of the environment that deliverers read."""

    smtp_host: str
    """The mail server that takes our letters."""
    smtp_port: Port
    """Its port."""
    smtp_user: SecretStr | None = None
    """Our account there; unset means that it asks for none."""
    smtp_password: SecretStr | None = None
    """The password of that account."""
    smtp_from: str = "Gelombang <jangan-balas@gelombang.example.id>"
    """The sender of our letters."""
    smtp_bounces_to: str | None = None
    """Where bounces go (the envelope's sender); unset means the sender's own address."""
    smtp_per_second: Rate = 1000
    """Letters that the mail server takes a second, by its contract."""
    smtp_per_day: Annotated[int, Field(ge=1)] | None = None
    """Letters that it takes a day; unset means that no day is limited."""
    smtp_connections: Annotated[int, Field(ge=1, le=64)] = 8
    """Connections that one worker keeps to a mail server."""
    smtp2_host: str | None = None
    """A second mail server, which takes over while the first one is away; unset means none."""
    smtp2_port: Port = 587
    """Its port."""
    smtp2_user: SecretStr | None = None
    """Our account at the second mail server."""
    smtp2_password: SecretStr | None = None
    """The password of that account."""
    smtp2_per_second: Rate = 100
    """Letters that the second mail server takes a second."""
    smtp2_per_day: Annotated[int, Field(ge=1)] | None = None
    """Letters that it takes a day; unset means that no day is limited."""
    sms_url: str | None = None
    """The gateway of our provider of text messages (SMS, WhatsApp); unset offers none."""
    sms_key: SecretStr | None = None
    """Our key there."""
    sms2_url: str | None = None
    """A second provider of text messages, which takes over; unset means none."""
    sms2_key: SecretStr | None = None
    """Our key at the second one."""
    sms_per_second: Rate = 20
    """Text messages that a provider takes a second."""
    sms_per_hour: Annotated[int, Field(ge=1)] = 1000
    """Text messages that we pay for in an hour, whoever asks."""
    sms_idr: Annotated[int, Field(ge=1)] = 400
    """Whole rupiah that one text message costs us."""
    sms_idr_per_day: Annotated[int, Field(ge=0)] = 4_000_000
    """Whole rupiah for text messages in a day, whoever asks."""
    messaging_secret: SecretStr | None = None
    """Signs what messaging providers tell us: `whsec_` and base64; unset takes nothing."""

    @field_validator("messaging_secret")
    @classmethod
    def _check_messaging_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            read_secret(value.get_secret_value())
        return value
