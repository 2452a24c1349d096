"""Where an answer ends before its model is through: `maxOutputTokens` and `stopSequences`."""

from imagen_fake.content.outcomes import MAX_TOKENS, STOP
from imagen_fake.content.usage import thought_tokens, usage
from imagen_fake.content.words import wants_picture, words
from imagen_fake.pipeline.call import Call


def text_of(call: Call) -> str:
    """The words of an answer, up to a stop sequence, as far as there are tokens for them."""
    text = _stopped(call, words(call))
    while text and _over(call, text):
        text = text.rpartition(" ")[0]
    return text


def comes_to_picture(call: Call) -> bool:
    """Whether the picture of an answer is wanted, and neither limit ends the answer before it."""
    text = words(call)
    return (
        wants_picture(call) and _stopped(call, text) == text and not _over(call, text, drawn=True)
    )


def reason(call: Call) -> str:
    """`MAX_TOKENS` for an answer that its tokens cut short, else `STOP`."""
    text = words(call)
    stopped = _stopped(call, text)
    drawn = stopped == text and wants_picture(call)
    return MAX_TOKENS if _over(call, stopped, drawn=drawn) else STOP


def _stopped(call: Call, text: str) -> str:
    for sequence in filter(None, call.parameters.get("stopSequences", ())):
        text = text.partition(sequence)[0]
    return text


def _over(call: Call, text: str, *, drawn: bool = False) -> bool:
    limit = call.parameters.get("maxOutputTokens")
    if limit is None:
        return False
    pictures = call.outcome.directives.get("images", 1) if drawn else 0
    counts = usage(call, [text] if text else [], pictures)
    left = limit - thought_tokens(call)
    return bool(counts.get("candidatesTokenCount", 0) > max(left, 0))
