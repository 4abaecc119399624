"""What the house is made of, and the faults one can see without running it.

Each function takes what it judges and answers with the faults, so that a test can hand it a
planted one: a check that cannot fail is worse than none.
"""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]

# The brackets keep these patterns from finding themselves.
REGISTRIES = re.compile(
    r"[p]ypi\.org|[p]ythonhosted\.org|[p]ypi\.python|[n]pmjs\.|[a]naconda\.org|[c]onda\.io"
    r"|[p]roxy\.golang|[c]rates\.io|[r]ubygems\.org|[d]ocker\.io|[g]hcr\.io|--(?:extra-)?[i]ndex-url"
)
MACHINE_PATHS = re.compile(r"(?<![\w.~/-])/(?:[w]ork|[r]oot|[U]sers)/")
VAGUE = frozenset("utils util helpers helper common manager managers base misc".split())

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def own_files(root: Path = ROOT) -> list[Path]:
    """Every file of ours: tracked by git, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = [root / name for name in sorted(set(listed.split("\0"))) if name]
    return [path for path in paths if path.is_file()]


def python_files(root: Path = ROOT, *, tests: bool = False) -> list[Path]:
    """The Python files of the house; of its tests and benchmarks instead if `tests`."""
    ours = [path for path in own_files(root) if path.suffix == ".py"]
    return [p for p in ours if (p.relative_to(root).parts[0] in ("tests", "bench")) == tests]


def lines_of(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def written_lines_of(path: Path) -> int:
    """The lines with something on them; see decision 7."""
    return sum(1 for line in path.read_text("utf-8").splitlines() if line.strip())


def functions_in(path: Path) -> Iterator[_Function]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, _Function):
            yield node


def long_functions(path: Path, limit: int) -> list[str]:
    sizes = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions_in(path)}
    return [f"{path.name}: {name} has {size}" for name, size in sizes.items() if size > limit]


def vague_names(paths: Iterable[Path]) -> list[str]:
    """Modules and folders of Python named by nothing of the trade."""
    return [str(p) for p in paths if VAGUE & {p.stem.strip("_"), *p.parent.parts}]


def broad_excepts(path: Path) -> list[str]:
    """Handlers that swallow a mistake of our own: bare, Exception, BaseException.

    Those that end by raising it again only tidy up.
    """
    handlers = (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if _is_broad(n))
    return [f"{path.name}:{getattr(node, 'lineno', 0)}" for node in handlers]


def _is_broad(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)} if node.type else {""}
    last = node.body[-1]
    raises_again = isinstance(last, ast.Raise) and last.exc is None
    return bool(caught & {"", "Exception", "BaseException"}) and not raises_again


def toothless_tests(path: Path) -> list[str]:
    """Test functions that neither assert nor expect an error, themselves or by a function."""
    functions = {node.name: node for node in functions_in(path)}
    biting = {name for name, node in functions.items() if _bites(node, frozenset())}
    return [
        f"{path.name}: {name}"
        for name, node in functions.items()
        if name.startswith("test_") and not _bites(node, frozenset(biting))
    ]


def _bites(function: _Function, biting: frozenset[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            if called in biting or called in ("raises", "warns") or called.startswith("assert_"):
                return True
    return False


def passages(pattern: re.Pattern[str], path: Path) -> list[str]:
    """Lines of the file in which `pattern` is found."""
    text = path.read_bytes().decode("utf-8", "replace")
    return [
        f"{path.name}:{number}: {line.strip()[:100]}"
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def unpinned(constraints: str) -> list[str]:
    """Requirements without one exact version."""
    lines = [line.partition("#")[0].strip() for line in constraints.splitlines()]
    return [
        line for line in lines if line and not re.fullmatch(r"[\w.-]+==[\w.+!]+(?: ?;.+)?", line)
    ]


def unreasoned(pyproject: str) -> list[str]:
    """Dependencies whose line gives no reason; our own extras need none."""
    project = tomllib.loads(pyproject)["project"]
    extras = project.get("optional-dependencies", {}).values()
    wanted = chain(project["dependencies"], *extras)
    lines = pyproject.splitlines()
    return [
        need
        for need in wanted
        if not need.startswith(project["name"] + "[")
        and not any(re.search(re.escape(f'"{need}"') + r",?\s+# \S", line) for line in lines)
    ]


def named_things(path: Path) -> Iterator[str]:
    """The names of the module, its classes and its functions, in words of lower case."""
    defined = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    for name in (path.stem, *(node.name for node in nodes if isinstance(node, defined))):
        yield " ".join(re.findall(r"[A-Z]?[a-z]+", name)).lower()
