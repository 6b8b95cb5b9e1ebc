"""Write into each notebook template what its cells say of the demo data, as text that git can compare: ``python scripts/template_outputs.py``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import nbformat
from nbclient import NotebookClient

from mindzie.investigations.kernel import NAME, RecordingKernel
from mindzie.investigations.notebooks import templates

WORDS = "text/plain"


def main() -> None:
    """Run every template, and keep the words of its outputs."""
    for file in templates().values():
        # as it is written, but for outputs
        kept = json.loads(file.read_text("utf-8"))
        done = nbformat.read(file, as_version=4)
        NotebookClient(done, kernel_name=NAME, kernel_manager_class=RecordingKernel).execute()
        for cell, ran in zip(kept["cells"], done.cells, strict=True):
            if cell["cell_type"] == "code":
                cell["outputs"] = list(_words(ran.outputs))
                cell["execution_count"] = (
                    ran.execution_count
                )  # else nbval thinks that it was not run
        text = json.dumps(kept, indent=1, ensure_ascii=False)
        file.write_text(f"{text}\n", encoding="utf-8")


def _words(outputs: list[Any]) -> Iterator[dict[str, Any]]:
    # pictures, pages and widgets are of their session
    for output in outputs:
        if WORDS in output.get("data", {}):
            shown = {"output_type": "display_data", "metadata": {}}
            yield {**shown, "data": {WORDS: output.data[WORDS]}}


if __name__ == "__main__":
    main()
