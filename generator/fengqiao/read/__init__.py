"""First stage: the authors' files as plain trees of text, with every unsafe thing refused.

``text`` turns bytes into clean text, ``tree`` text into a tree, ``syntax`` says in plain words why
a text is no YAML, ``folder`` finds the files. A file with a fault yields diagnostics and no tree.
"""

from fengqiao.read.folder import Source, find_files, read_file, read_folder, read_tree
from fengqiao.read.text import read_text
from fengqiao.read.tree import Record, Tree, locate

__all__ = [
    "Record",
    "Source",
    "Tree",
    "find_files",
    "locate",
    "read_file",
    "read_folder",
    "read_text",
    "read_tree",
]
