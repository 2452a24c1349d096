"""All relations."""

from imagen_fake.contract.checks import picture_relations, source_relations
from imagen_fake.contract.checks.relation import RELATIONS, Relation

__all__ = ["RELATIONS", "Relation"]

MODULES = (picture_relations, source_relations)
"""They register their relations as they are imported."""
