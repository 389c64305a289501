"""What Gunicorn loads: the only module whose import has effects."""

import os

from aslo import bootstrap
from aslo.config import Config

app = bootstrap.web(Config.from_environ(os.environ))
