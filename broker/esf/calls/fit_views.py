"""Pages that hold a call against projects: all of ours against one call, or one project against all open calls."""

from flask import render_template
from flask.typing import ResponseReturnValue

from broker import clock
from broker.access import Permission, requires
from broker.esf import queries
from broker.esf.blueprint import blueprint, page_url, project_page
from broker.esf.calls.countdown import call_rules
from broker.esf.calls.fits import list_reasons

# As many projects as a person compares; the newest are what new calls are held against.
_MOST_PROJECTS = 20


@blueprint.get("/utlysningar/<int:call_id>/passar")
@requires(Permission.READ)
def fit_projects(call_id: int) -> ResponseReturnValue:
    """Show for each of our projects why a call fits it and why not."""
    call = queries.get_call(call_id)
    projects = queries.list_projects()
    held = [(row.project, list_reasons(row, call)) for row in queries.load_applications(projects[:_MOST_PROJECTS])]
    is_cut = len(projects) > _MOST_PROJECTS
    return render_template("esf/fit_projects.html", call=call, held=held, is_cut=is_cut, page_url=page_url)


@blueprint.get("/projekt/<int:project_id>/passar")
@requires(Permission.READ)
def fit_calls(project_id: int) -> ResponseReturnValue:
    """Show for each open call why it fits a project and why not."""
    application = queries.load_application(project_id)
    held = [(call, list_reasons(application, call)) for call in queries.list_open_calls()]
    rules, now = call_rules(clock.today()), clock.now()
    return project_page("fit_calls", application.project, held=held, rules=rules, now=now)
