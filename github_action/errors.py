"""What stops the action."""


class ActionError(Exception):
    """We could not do what was asked; the message says what was found and what was expected."""
