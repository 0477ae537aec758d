"""Tells Radicale who asks: whoever Atoll's gateway says. Radicale listens on its island alone, where nobody else can ask."""

from radicale.auth import BaseAuth


class Auth(BaseAuth):
    def get_external_login(self, environ):
        return environ.get("HTTP_X_FORWARDED_USER", ""), ""

    def _login(self, login, password):
        return login
