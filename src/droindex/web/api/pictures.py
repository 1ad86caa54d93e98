"""`/page/{id}`: a page of a document's PDF as a picture, with the words of a query marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from droindex.extract.pictures.picture import DEFAULT_WIDTH, WIDTHS
from droindex.web.options import MAX_PAGE, MAX_QUERY
from droindex.web.parameters import read_parameters
from droindex.web.work.endpoints import Endpoints
from droindex.web.work.service import Content

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from droindex.api import Index

__all__ = ["PictureApi"]


class PictureApi(Endpoints):
    """Answers for pages as pictures."""

    def routes(self) -> list[Route]:
        """Return its routes."""
        return [Route("/page/{doc_id:path}", self.page, name="page")]

    async def page(self, request: Request) -> Response:
        """Answer `/page/{id}`."""
        doc_id = request.path_params["doc_id"]
        given = read_parameters(request.scope["query_string"])
        query = given.text("q", most=MAX_QUERY)
        number = given.number("page", 1, MAX_PAGE, 1)
        width = given.number("width", *WIDTHS, DEFAULT_WIDTH)
        given.end()

        def work(index: Index) -> Content:
            picture = index.page_image(doc_id, number, query=query, width=width)
            return Content(picture.png, "image/png")

        said = repr((query, number, width))
        return await self._service.answer(request, said, work, pool=self._service.drawing)
