"""An effort as the field of a request's body, for tools whose settings may add fields to it."""

from __future__ import annotations

from tierwise.policy.on_target import ServedTier

Body = dict[str, object]


def split_model(written: str) -> tuple[str, str]:
    """Return provider and id of a model that is written as `provider/id`; no provider where none is written."""
    provider, slash, model = written.partition("/")
    if not slash:
        return "", written
    return provider, model


def spell_effort(served: ServedTier) -> Body:
    """Return the field by which a tier's provider takes the tier's effort.

    Empty where the policy leaves the effort open, and where the provider's field is not known here.
    """
    provider, _ = split_model(served.model)
    if served.effort is None:
        return {}
    if provider == "anthropic":
        return {"output_config": {"effort": served.effort}}
    if provider == "openrouter":
        return {"reasoning": {"effort": served.effort}}
    if provider == "openai":
        return {"reasoning_effort": served.effort}
    return {}
