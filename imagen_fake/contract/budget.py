"""The budget of a live run: what was answered is counted, and what it cannot pay is not sent."""

from collections.abc import Callable

from imagen_fake.contract.checks.response import picture_predictions, predictions
from imagen_fake.contract.exchange import Case, Exchange, Request, Response, Violation
from imagen_fake.contract.targets.target import ConfiguredTarget, Target

UNNAMED = Case("", "", "", "", None, Violation("", "", ""))
"""What stands for a request that is no case: it ought not to be answered with pictures."""


class BudgetError(OSError):
    """A request that the rest of the budget would not pay."""


class MeteredTarget(Target):
    """A service that bills each picture and text of its answers; `price` is that of one, in USD.

    A body that ought to be refused costs nothing, unless the service answers it: from then on the
    budget has to pay one picture for each further one, too. `spent` is in USD.
    """

    def __init__(self, target: Target, usd: float, price: Callable[[Case], float]) -> None:
        self.name, self.kind = target.name, target.kind
        self._target, self._usd, self._price = target, usd, price
        self._next = UNNAMED
        self._refusals_are_free = True
        self.spent = 0.0

    def request(self, case: Case) -> Request:
        """The request of a case, which is the next one to be sent."""
        self._next = case
        return self._target.request(case)

    def ask(self, request: Request) -> Response:
        """The answer to the last case. Raises BudgetError where it cannot be paid."""
        return self.pay(self._next, request, self._target.ask)

    def pay(self, case: Case, request: Request, send: Callable[[Request], Response]) -> Response:
        """The answer that is sent for, counted. Raises BudgetError where it cannot be paid."""
        free = case.violation is not None and self._refusals_are_free
        price = self._price(case)
        if not free and self.spent + price > self._usd:
            raise BudgetError(f"not sent: {self.spent:.2f} of {self._usd:.2f} USD are spent")
        try:
            response = send(request)
        except OSError:  # whether it was billed nobody knows
            self.spent += 0 if free else price
            raise
        count = billed(Exchange(case, request, response))
        self.spent += count * price
        if case.violation and count:
            self._refusals_are_free = False
        return response

    def configure(self, setting: str) -> ConfiguredTarget | None:
        """The target with a setting, for probes, which are billed if they are answered."""
        configured = self._target.configure(setting)
        return configured and MeteredProbes(configured, self.pay)


class MeteredProbes:
    """A target with a setting, whose answers are paid for."""

    def __init__(
        self,
        target: ConfiguredTarget,
        pay: Callable[[Case, Request, Callable[[Request], Response]], Response],
    ) -> None:
        self._target, self._pay = target, pay
        self._next = UNNAMED
        self.url = target.url

    @property
    def variables(self) -> dict[str, str]:
        """The target's values, by name."""
        return self._target.variables

    def request(self, case: Case) -> Request:
        """The request of a case, which is the next one to be sent."""
        self._next = case
        return self._target.request(case)

    def ask(self, request: Request) -> Response:
        """The answer to the last case, or to a request without one. Raises OSError."""
        case, self._next = self._next, UNNAMED
        return self._pay(case, request, self._target.ask)


def billed(exchange: Exchange) -> int:
    """The number of pictures and texts in an answer; what is filtered is not billed."""
    texts = sum(isinstance(one, str) for one in predictions(exchange))
    return len(picture_predictions(exchange)) + texts
