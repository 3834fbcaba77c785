"""QR codes of the service's own addresses."""

import asyncio
from functools import lru_cache

import segno
from fastapi import Request
from starlette.responses import Response

from service.domain.errors import NotFound
from service.web.context import Context


async def qr_response(path: str, request: Request, context: Context) -> Response:
    """The address of `path` as an SVG. Raises NotFound where the service was not told its address."""
    base = context.settings.public_url or (context.settings.demo and str(request.base_url))
    if not base:
        raise NotFound("SUNBEON_PUBLIC_URL isn't set, so the page's address isn't known.")
    # In a thread: this takes some milliseconds, in which other requests are served.
    svg = await asyncio.to_thread(qr_code, base.rstrip("/") + path)
    return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": "private, max-age=3600"})


@lru_cache(1000)
def qr_code(text: str) -> str:
    svg = segno.make(text, error="m").svg_inline(scale=8, border=2, dark="#000", light="#fff", omitsize=True)
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
