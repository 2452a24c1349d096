"""The answer of `countTokens`: how many tokens the prompt of a call has, without making it."""

from dataclasses import replace

from imagen_fake import spec
from imagen_fake.content.answer import WHOLE, ordered
from imagen_fake.content.usage import billable_characters, prompt_usage
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.force import force, told_outcome
from imagen_fake.pipeline.respond import Answer


def count(call: Call) -> Answer:
    """The tokens that `usageMetadata` of the call would count. Raises ApiError if one is forced."""
    with told_outcome(call):
        usage = prompt_usage(force(call))
    fields = {
        "totalTokens": usage["promptTokenCount"],
        "totalBillableCharacters": billable_characters(call),
        "promptTokensDetails": usage["promptTokensDetails"],
    }
    order = spec.read(f"{spec.CONTENT}/count_tokens.json")[call.surface.name]["answer"]
    return replace(
        WHOLE.answer([ordered(fields, order)]),
        warnings=call.warnings,
        cacheable=call.cacheable,
        outcome=call.outcome,
    )
