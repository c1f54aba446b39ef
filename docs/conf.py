"""How the documentation is built: `make docs`."""

project = "Gelombang"
author = "The Gelombang contributors"
copyright = "The Gelombang contributors, Apache-2.0"  # noqa: A001 - the name that Sphinx reads
language = "en"

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "Gelombang"
html_copy_source = False
html_show_sphinx = False
