"""The clips of the screens' voice."""

import asyncio
from functools import lru_cache
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, Field

from service.domain.errors import NotFound
from service.domain.fields import Name
from service.voice import clips
from service.voice.library import Shelf, Source, State
from service.web.access import Caller, access
from service.web.conditional import has_current
from service.web.context import API, InContext
from service.web.direct_route import DirectRoute
from service.web.problems import documented, header
from service.web.request_middleware import PUBLIC

router = APIRouter(prefix=f"{API}/voice", tags=[PUBLIC], route_class=DirectRoute)

HELP = Name(
    ko="음성 파일이 없습니다. 서버에 espeak-ng를 설치하거나(apt-get install espeak-ng) 녹음한 음성 파일의 폴더를 "
    "SUNBEON_VOICE_DIR에 지정하세요.",
    en="There are no voice clips. Install espeak-ng on the server (apt-get install espeak-ng), or name a folder of "
    "recorded clips in SUNBEON_VOICE_DIR.",
)


class ClipInfo(BaseModel):
    url: str = Field(description="Of a sound that browsers decode. It has a hash of the content: it never changes.")
    seconds: float = Field(description="How long it is.")


class LanguageInfo(BaseModel):
    source: Source = Field(description="Whether an operator recorded the clips, or espeak-ng made them, or some each.")
    complete: bool = Field(description="Every number from 1 to 9999 and every phrase can be said with them.")
    clips: dict[str, ClipInfo] = Field(
        description="By what they say: a number, or `again`, `number`, `window`. The forms `.before-…` and `.after-…` "
        "are said beside these neighbours: docs/operations.md."
    )
    texts: dict[str, ClipInfo] = Field(
        description="By what they say: texts that pages read aloud, such as the names of counters. A text with places "
        "is in parts, without the spaces around them."
    )


class Voice(BaseModel):
    state: State = Field(description="`preparing`: more is being made, ask again in some seconds.")
    help: Name | None = Field(description="What to do where it is `missing`; else null.")
    languages: dict[str, LanguageInfo] = Field(description="By BCP 47 tag. A language without clips is not there.")


def _info(clip: clips.Clip) -> ClipInfo:
    return ClipInfo(url=f"{router.prefix}/clips/{clip.file}", seconds=clip.seconds)


@lru_cache(1)
def _manifest(shelf: Shelf) -> tuple[bytes, str]:
    """What the shelf has, as JSON, and its ETag."""
    voice = Voice(
        state=shelf.state,
        help=HELP if shelf.state == "missing" else None,
        languages={
            language: LanguageInfo(
                source=has.source,
                complete=not has.missing,
                clips={name: _info(clip) for name, clip in has.clips.items()},
                texts={text: _info(clip) for text, clip in has.texts.items()},
            )
            for language, has in shelf.languages.items()
        },
    )
    body = voice.model_dump_json().encode()
    return body, f'"{sha256(body).hexdigest()[:32]}"'


@router.get(
    "",
    response_model=Voice,
    responses={
        200: {"headers": {"ETag": header("Names this content, for If-None-Match.")}},
        304: {
            "description": "The content that If-None-Match names is current.",
            "headers": {"ETag": header("The same again.")},
        },
    },
    openapi_extra=access(Caller.ANYONE),
)
async def voice(context: InContext, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """The clips that there are for announcements, which a browser joins."""
    body, etag = _manifest(context.voice.shelf)
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if has_current(if_none_match, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


@router.get(
    "/clips/{file}",
    response_class=Response,
    responses={
        **documented(NotFound),
        200: {"content": {kind: {} for kind in clips.MEDIA_TYPES.values()}},
    },
    openapi_extra=access(Caller.ANYONE),
)
async def clip(file: str, context: InContext) -> Response:
    """One clip."""
    found = context.voice.shelf.files.get(file)
    if not found:
        raise NotFound("There is no such clip. GET /api/v1/voice says which there are.")
    try:
        content = await asyncio.to_thread(found.path.read_bytes)
    except OSError as error:
        raise NotFound("The clip's file was taken away. GET /api/v1/voice says soon which there are.") from error
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, headers=headers, media_type=clips.MEDIA_TYPES[found.path.suffix.lower()])
