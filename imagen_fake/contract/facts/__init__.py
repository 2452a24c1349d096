"""The graded facts of `schemas/`, and what stands where in them."""
