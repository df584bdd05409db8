"""Who asks, when schemathesis asks: every operation with the token it expects.

Found by SCHEMATHESIS_HOOKS; BRAMKA_KSEF_URL is the simulator's address ending in /v2.
"""

import os

import schemathesis
from ksef_client.client import KsefClient
from ksef_client.config import KsefClientOptions
from ksef_client.services.workflows import AuthCoordinator

from ksef_client_flow import SELLER, self_signed


class Caller:
    """Logs in once, and anew after a call that may have ended a login."""

    def __init__(self) -> None:
        self.certificate, self.key = self_signed("EC", SELLER)
        self.client = KsefClient(KsefClientOptions(base_url=os.environ["BRAMKA_KSEF_URL"]))
        self.tokens = None

    def token_for(self, method: str, path: str) -> str:
        if self.tokens is None:
            self.tokens = AuthCoordinator(self.client.auth).authenticate_with_xades(
                context_identifier_type="nip",
                context_identifier_value=SELLER,
                subject_identifier_type="certificateSubject",
                certificate_pem=self.certificate,
                private_key_pem=self.key,
                poll_interval_seconds=0.05,
            )
        tokens = self.tokens
        if method == "DELETE" and path.startswith("/auth/sessions"):
            self.tokens = None
        return tokens.refresh_token if path == "/auth/token/refresh" else tokens.access_token


CALLER = Caller()


@schemathesis.hook
def before_call(context, case, kwargs):
    case.headers = {**(case.headers or {}), "Authorization": "Bearer " + CALLER.token_for(case.method.upper(), case.path)}
