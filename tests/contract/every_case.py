"""Every case there is, made once for all tests of a process: that takes seconds."""

from imagen_fake.contract.bodies.cases import cases

CASES = tuple(cases())
