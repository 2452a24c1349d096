"""Tests, and programs that CI runs beside them."""

import os
import sys

# Images often say PYTHONDONTWRITEBYTECODE; every process would compile every module anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
