"""Waits: how long it takes until a ticket is called, as an estimate with its range. Pure functions, without IO.

`learning` folds what happens in an office into the models of its counters, and `estimate` applies a model to a ticket:

    learning.OfficeWaits --model(counter, at)--> model.Model --estimate(model, ahead, now)--> answer.Estimate

An estimate has three steps. `capacity` says when the windows will have done the work that is ahead. A `ridge`
regression over `features`, and `past` waits, correct what that gets wrong where this helps. `spread` says how far the
calls of such tickets come from what was expected. `city` has what all counters learn together.
"""

from service.domain.wait.answer import Estimate, Wait, Word
from service.domain.wait.estimation import estimate, served_today

__all__ = ["Estimate", "Wait", "Word", "estimate", "served_today"]
