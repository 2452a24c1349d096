"""`generateContent`: from a parsed body to a Call, and from predictions to the answer.

Pure: neither HTTP nor clock nor environment. Where more is to be added:

- a stream: `answer.reply` gives a `Reply`, parts and usage, before anything is serialized;
  `json_text` writes a value on one line as well as pretty
- an outcome that a directive forces: `outcomes.finish` and `outcomes.blocked` decide why there is
  no picture, `answer.parts` what the parts are; both read `call.outcome.directives`
- tokens of a request alone: `usage.prompt_usage`
"""
