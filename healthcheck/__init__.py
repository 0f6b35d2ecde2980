"""Find out, in seconds, whether a Keras model can learn.

Importing this package imports neither TensorFlow nor Keras: `--help` and the
list of rules have to be instant.
"""

from importlib.metadata import version

__version__ = version("model-healthcheck")
