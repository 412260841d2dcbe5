"""The WSGI application: what gunicorn and the flask command load."""

from broker import create_app

app = create_app()
