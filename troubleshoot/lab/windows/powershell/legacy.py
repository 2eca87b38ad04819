"""What PowerShell 2.0 cannot parse: with it the whole script fails before its first statement."""

from __future__ import annotations

from troubleshoot.core.powershell import ast
from troubleshoot.core.powershell.lexer import PsSyntaxError
from troubleshoot.lab.windows.powershell.session import Session


def check(block: ast.Block, session: Session) -> None:
    """Raise PsSyntaxError where the host's version has no such operator."""
    if session.modern:
        return
    for node in ast.walk(block):
        if isinstance(node, ast.Binary) and node.operator in ("in", "notin"):
            raise PsSyntaxError(f"Unexpected token '-{node.operator}' in expression or statement.", 0)
