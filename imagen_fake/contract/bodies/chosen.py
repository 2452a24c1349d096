"""The models that probes ask where any will do that does a task: nothing here names one."""

from imagen_fake import spec
from imagen_fake.contract.bodies.form import Form
from imagen_fake.spec import Model

PAINTER: str = spec.surface("openai").facts["request"]["properties"]["model"]["default"]
"""A model that makes pictures of words, on every surface."""

RESOLD: str = next(iter(spec.surface("aiml").facts["models"]["value"]))
"""The model that AI/ML API lists."""


def painting(surface: str) -> Form:
    """A model on a surface, asked for pictures of words."""
    return Form(RESOLD if surface == "aiml" else PAINTER, "generate", surface)


def doing(task: str) -> Form:
    """The first model on Vertex AI that does a task before all others."""
    for name in spec.model_ids():
        known = spec.model(name)
        if known and known.id == name and task in known.tasks:
            return Form(name, task, "vertex")
    raise LookupError(task)


def silent() -> list[str]:
    """The models that cannot be asked why there is less than was asked for."""
    known = (spec.model(name) for name in spec.model_ids())
    return sorted({model.id for model in known if model and not _tells(model)})


def _tells(model: Model) -> bool:
    asked = (Form(model.id, task, "vertex") for task in model.tasks)
    return any("includeRaiReason" in form.at(("parameters",))["properties"] for form in asked)
