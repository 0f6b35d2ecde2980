"""What callbacks ask for."""

import keras


def acts_on_batches(callback: keras.callbacks.Callback) -> bool:
    """Whether a callback has something to do before or after a step."""
    known = keras.callbacks.Callback
    names = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")
    if isinstance(callback, keras.callbacks.LambdaCallback):
        return any(name in vars(callback) and vars(callback)[name] is not None for name in names)
    if isinstance(callback, keras.callbacks.TerminateOnNaN):
        return False  # a step whose loss is not finite ends the training anyway
    return any(getattr(type(callback), name) is not getattr(known, name) for name in names)
