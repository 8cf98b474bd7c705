"""Runs Sydent as released, but for what it cannot be configured to do.

- Texts go to SYDENT_SMS_URL; Sydent has the provider's address as a constant.
- The client API is also served over TLS, on SYDENT_TLS_PORT: Synapse calls an identity server by
  https only, and Sydent leaves TLS to a proxy in front of it.
- With SYDENT_STORE_SEND_ATTEMPT, the send attempt of a validation is stored. Sydent 2.6.1 looks for
  the row by the wrong column, so that it is never stored and every request for a token sends a text.
  The tests want both: a server as it is in the field, and one that does what the specification says.
"""

import os

import sydent.sms.openmarket
import sydent.sydent
from sydent.db.valsession import ThreePidValSessionStore
from twisted.internet import reactor, ssl


def store_send_attempt(self, session, attempt):
    self.sydent.db.execute(
        "update threepid_token_auths set sendAttemptNumber = ? where validationSession = ?",
        (attempt, session),
    )
    self.sydent.db.commit()


if os.environ.get("SYDENT_STORE_SEND_ATTEMPT"):
    ThreePidValSessionStore.setSendAttemptNumber = store_send_attempt

sydent.sms.openmarket.API_BASE_URL = os.environ["SYDENT_SMS_URL"]

config = sydent.sydent.SydentConfig()
config.parse_config_file(sydent.sydent.get_config_file_path())
sydent.sydent.setup_logging(config)
server = sydent.sydent.Sydent(config)

tls = ssl.DefaultOpenSSLContextFactory(os.environ["SYDENT_TLS_KEY"], os.environ["SYDENT_TLS_CERT"])
reactor.listenSSL(
    int(os.environ["SYDENT_TLS_PORT"]), server.clientApiHttpServer.factory, tls, interface="127.0.0.1"
)
server.run()
