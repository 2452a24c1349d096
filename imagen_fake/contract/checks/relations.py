"""All relations."""

from imagen_fake.contract.checks import (
    mask_relations,
    output_relations,
    seed_relations,
    source_relations,
)
from imagen_fake.contract.checks.relation import RELATIONS, Relation

__all__ = ["RELATIONS", "Relation"]

MODULES = (seed_relations, output_relations, mask_relations, source_relations)
"""They register their relations as they are imported."""
