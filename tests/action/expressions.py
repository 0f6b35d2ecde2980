"""GitHub's expressions, as far as the action uses them; what is not known is an error, never a guess."""

import re

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w.-]*)|(?P<mark>\|\||&&|==|!=|[!()]))"
)


def filled(template, context):
    """Replace every `${{ }}` of a template by its value."""
    return re.sub(
        r"\$\{\{(.*?)\}\}", lambda match: _text(value(match[1], context)), template, flags=re.DOTALL
    )


def value(expression, context):
    """Evaluate one expression; the bare form of an `if:` has no `${{ }}` around it."""
    expression = expression.strip().removeprefix("${{").removesuffix("}}")
    tokens = list(_tokens(expression))
    result = _either(tokens, context)
    assert not tokens, f"{expression!r} goes on with {tokens}"
    return result


def _tokens(expression):
    position = 0
    while expression[position:].strip():
        match = _TOKEN.match(expression, position)
        assert match, f"{expression!r} is not understood from {expression[position:]!r}"
        yield match[0].strip()
        position = match.end()


def _either(tokens, context):
    left = _both(tokens, context)
    while tokens and tokens[0] == "||":
        tokens.pop(0)
        right = _both(tokens, context)
        left = left or right
    return left


def _both(tokens, context):
    left = _comparison(tokens, context)
    while tokens and tokens[0] == "&&":
        tokens.pop(0)
        right = _comparison(tokens, context)
        left = right if left else left
    return left


def _comparison(tokens, context):
    left = _single(tokens, context)
    while tokens and tokens[0] in ("==", "!="):
        mark = tokens.pop(0)
        # Texts are compared without regard to case, and what is missing equals the empty text.
        same = _text(left).lower() == _text(_single(tokens, context)).lower()
        left = same if mark == "==" else not same
    return left


def _single(tokens, context):
    token = tokens.pop(0)
    if token == "!":
        return not _single(tokens, context)
    if token == "(":
        result = _either(tokens, context)
        assert tokens.pop(0) == ")"
        return result
    if token.startswith("'"):
        return token[1:-1].replace("''", "'")
    if tokens[:2] == ["(", ")"]:
        del tokens[:2]
        return context["functions"][token]
    return _looked_up(token, context)


def _looked_up(name, context):
    root, *path = name.split(".")
    found = context[root]
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _text(found):
    if isinstance(found, bool):
        return str(found).lower()
    return "" if found is None else str(found)
