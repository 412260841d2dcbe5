"""The blueprint of companies and contacts."""

from flask import Blueprint

blueprint = Blueprint("companies", __name__, template_folder="templates")
