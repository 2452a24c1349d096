"""What becomes of a call of Imagen on its successors, by `schemas/content/migration.json`.

`migrate.migrate` makes the calls and the notes; `fields` moves parameters, `pictures` the pictures
and what they are for, `price` reckons.
"""
