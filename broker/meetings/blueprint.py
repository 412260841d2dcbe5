"""The blueprint of invitations and calendar files."""

from flask import Blueprint

blueprint = Blueprint("meetings", __name__, template_folder="templates")
