"""Search: documents in, files for the browser out. Pure; knows neither records nor MkDocs.

``index_chunk`` reads documents (in worker processes, any split), ``merge`` makes the files.
"""

from __future__ import annotations

from fengqiao.search.document import SearchDocument
from fengqiao.search.index import PartialIndex, index_chunk, merge

__all__ = ["PartialIndex", "SearchDocument", "index_chunk", "merge"]
