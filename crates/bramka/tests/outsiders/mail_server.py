"""A mail server by aiosmtpd: prints its port, and a line of JSON for each letter that it takes."""

import email
import email.policy
import json
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

logins = []


class Handler:
    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        print(json.dumps({
            "login": logins[-1] if logins else None,
            "to": ",".join(envelope.rcpt_tos),
            "subject": letter["subject"],
            "text": letter.get_content(),
            "autoSubmitted": letter["auto-submitted"],
            "defects": [str(defect) for defect in letter.defects],
        }), flush=True)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    if isinstance(data, LoginPassword):
        logins.append([data.login.decode(), data.password.decode()])
        return AuthResult(success=True)
    return AuthResult(success=False, handled=False)


class AnyPort(Controller):
    def _trigger_server(self):
        # With port 0 the one that the system gave is known only now.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


controller = AnyPort(
    Handler(), hostname="127.0.0.1", port=0, authenticator=authenticate, auth_require_tls=False, auth_required=True
)
controller.start()
print(controller.port, flush=True)
# Until it is ended from outside.
threading.Event().wait()
