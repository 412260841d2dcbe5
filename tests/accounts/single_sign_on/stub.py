"""A stand-in for a sign-in service, over HTTP: discovery, keys, codes with proof, and tokens that are signed."""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey


class Stub:
    """Who is signed in at the service, and what it says of him; a test sets both."""

    def __init__(self):
        self.client_id, self.client_secret = "broker", "hemlig&nyckel"
        self.key = RSAKey.generate_key(2048, {"kid": "1"})
        self.signing = self.key
        self.claims, self.asked, self.is_down = {}, {}, False

    def answer(self, url):
        """Give where the browser is sent when the person lets us know who he is."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == (
            "code",
            "broker",
            "S256",
        )
        code = secrets.token_urlsafe(16)
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def refuse(self, url):
        """Give where the browser is sent when the person changes his mind."""
        asked = dict(parse_qsl(urlsplit(url).query))
        return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"

    def discovery(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def keys(self):
        return KeySet([self.key]).as_dict(private=False)

    def give_token(self, form, authorization):
        credentials = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        asked = self.asked.pop(form.get("code"), None)
        if authorization != f"Basic {credentials}" or asked is None:
            return 401, {"error": "invalid_client"}
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if proof != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims | self.claims, self.signing)
        return 200, {"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": signed}


@contextmanager
def serving_stub():
    """Serve a stand-in and give it with its address."""
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            paths = {"/.well-known/openid-configuration": stub.discovery, "/keys": stub.keys}
            self._send(200, paths[self.path]())

        def do_POST(self):
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self._send(*stub.give_token(form, self.headers["Authorization"]))

        def _send(self, status, body):
            self.send_response(503 if stub.is_down else status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *arguments):
            """Say nothing: the tests read what was asked."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    stub.issuer = f"http://127.0.0.1:{server.server_port}"
    yield stub
    server.shutdown()
    thread.join()
    server.server_close()
