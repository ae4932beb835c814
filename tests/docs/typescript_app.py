"""The TypeScript of a page as an app.

Its files, jobsync's functions beside them, and the types that Convex generates for it.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.docs.fences import Fence

# As the CLI generates them for every app that has a schema.
GENERATED = ROOT / "devserver/test/apps/basic/convex/_generated"
EMPTY_SCHEMA = 'import { defineSchema } from "convex/server";\nexport default defineSchema({});\n'
OPTIONS = {
    "jsx": "react-jsx",
    "noEmit": True,
    "types": ["node", "vite/client"],
    "exactOptionalPropertyTypes": False,
    "verbatimModuleSyntax": False,
    "allowImportingTsExtensions": True,
    "paths": {
        "jobsync-react": [str(ROOT / "dashboard/react/src/index.ts")],
        "jobsync-convex": [str(ROOT / "component/src/client.ts")],
        "jobsync-convex/convex.config.js": [str(ROOT / "component/src/component/convex.config.ts")],
    },
}


def prepare(folder: Path) -> None:
    """Prepare a folder whose folders are the apps of pages; they share jobsync's functions."""
    ignore = shutil.ignore_patterns("*.test.ts", "*.setup.ts", "_generated", "tsconfig.json")
    shutil.copytree(ROOT / "convex", folder / "jobsync", ignore=ignore)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    config = {"extends": str(ROOT / "tsconfig.json"), "compilerOptions": OPTIONS, "include": ["."]}
    (folder / "tsconfig.json").write_text(json.dumps(config))


def write_app(folder: Path, fences: Iterable[Fence]) -> None:
    """Write the app of a page; a block without a title is a file of its own."""
    for fence in fences:
        file = folder / (fence.title or f"block-{fence.line}.{fence.language}")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(fence.source)
    if (folder / "convex").is_dir():
        _complete(folder / "convex")


def _complete(convex: Path) -> None:
    """Add jobsync's functions, as `jobsync init` does, and what `npx convex codegen` writes."""
    own = sorted(file.relative_to(convex).with_suffix("") for file in convex.rglob("*.ts"))
    (convex / "jobsync").symlink_to(convex.parent.parent / "jobsync")
    shutil.copytree(GENERATED, convex / "_generated")
    schema = convex / "schema.ts"
    if not schema.exists():
        schema.write_text(EMPTY_SCHEMA)
    modules = [name.as_posix() for name in own if name.name not in {"schema", "convex.config"}]
    (convex / "_generated/api.d.ts").write_text(_api(modules))


def _api(modules: list[str]) -> str:
    typed = "".join(f'  "{name}": typeof import("../{name}");\n' for name in modules)
    return f"""import type {{ ApiFromModules, FilterApi, FunctionReference }} from "convex/server";
type Api = ApiFromModules<{{
{typed}}}>;
export declare const api: FilterApi<Api, FunctionReference<any, "public">>;
export declare const internal: FilterApi<Api, FunctionReference<any, "internal">>;
export declare const components: {{
  jobsync: import("jobsync-convex").JobsyncComponent;
  workpool: import("@convex-dev/workpool/_generated/component.js").ComponentApi<"workpool">;
}};
"""
