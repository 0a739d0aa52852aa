"""What outbound webhooks refuse. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


class WebhookEndpointNotFound(Refusal):
    code = "webhook_endpoint_not_found"
    kind = "missing"


class WebhookDeliveryNotFound(Refusal):
    code = "webhook_delivery_not_found"
    kind = "missing"


class WebhookEndpointsTooMany(Refusal):
    code = "webhook_endpoints_too_many"
    kind = "conflict"


class WebhookEndpointDisabled(Refusal):
    """What is disabled is told nothing: enable it first."""

    code = "webhook_endpoint_disabled"
    kind = "conflict"
