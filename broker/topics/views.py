"""Pages of topics: which there are, what each is known by, and how they are merged, split and retired."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from broker import idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import RefusedError
from broker.extensions import db
from broker.topics import queries, service
from broker.topics.forms import MergeForm, RetireForm, SplitForm, WordForm

blueprint = Blueprint("topics", __name__, template_folder="templates")


@blueprint.get("/kompetensomraden")
@requires(Permission.READ)
def index():
    """Show the topics, and what the organisation has changed about them."""
    changes = [(row, service.moved_in_words(row)) for row in queries.list_changes()]
    return render_template("topics/index.html", topics=queries.ours(), changes=changes, label=queries.topic_label)


@blueprint.get("/kompetensomraden/<string:topic_id>")
@requires(Permission.READ)
def show(topic_id):
    """Show what a topic is known by and what has it."""
    return _show(queries.get_topic(topic_id), WordForm())


@blueprint.post("/kompetensomraden/<string:topic_id>/ord")
@requires(Permission.COORDINATE)
def add_word(topic_id):
    """Let a topic be known by one more word."""
    topic, form = queries.get_topic(topic_id), WordForm()
    location = url_for("topics.show", topic_id=topic.id)
    if form.validate():
        if done := idempotency.find_location(form.token.data):
            return redirect(done)
        try:
            service.add_word(topic, form.text.data or "", by=me())
        except RefusedError as error:
            form.refuse("text", str(error))
        else:
            return _saved(form, location, _("Ordet är tillagt."))
    return _show(topic, form)


@blueprint.post("/kompetensomraden/ord/<int:word_id>/ta-bort")
@requires(Permission.COORDINATE)
def remove_word(word_id):
    """Forget a word for a topic."""
    word = queries.get_word(word_id)
    topic_id = queries.ours().successor(word.topic_id)
    service.remove_word(word, by=me())
    db.session.commit()
    flash(_("Ordet är borttaget."), "success")
    is_known = topic_id in queries.known_topics()
    return redirect(url_for("topics.show", topic_id=topic_id) if is_known else url_for("topics.index"))


@blueprint.route("/kompetensomraden/<string:topic_id>/sla-ihop", methods=["GET", "POST"])
@requires(Permission.COORDINATE)
def merge(topic_id):
    """Let a topic go into another, after showing what follows."""
    topic, form = queries.get_topic(topic_id), MergeForm()
    form.offer(topic)
    if form.validate_on_submit():
        if done := idempotency.find_location(form.token.data):
            return redirect(done)
        into = queries.get_topic(form.into_id.data)
        try:
            service.merge_topics(topic, into, by=me())
        except RefusedError as error:
            form.refuse("into_id", str(error))
        else:
            text = _("%(gone)s har gått upp i %(kept)s.", gone=topic.label, kept=into.label)
            return _saved(form, url_for("topics.show", topic_id=into.id), text)
    return _page("topics/merge.html", topic, form)


@blueprint.route("/kompetensomraden/<string:topic_id>/dela", methods=["GET", "POST"])
@requires(Permission.COORDINATE)
def split(topic_id):
    """Make a part of a topic one of its own, with what is ticked."""
    topic, form = queries.get_topic(topic_id), SplitForm()
    form.offer(topic)
    if form.validate_on_submit():
        if done := idempotency.find_location(form.token.data):
            return redirect(done)
        try:
            change = service.split_topic(topic, **form.values(), by=me())
        except service.WordRefusedError as error:
            form.refuse("words", str(error))
        except RefusedError as error:
            form.refuse("name", str(error))
        else:
            text = _("%(name)s är ett eget kompetensområde.", name=change.label)
            return _saved(form, url_for("topics.show", topic_id=change.new_id), text)
    return _page("topics/split.html", topic, form)


@blueprint.route("/kompetensomraden/<string:topic_id>/anvand-inte", methods=["GET", "POST"])
@requires(Permission.COORDINATE)
def retire(topic_id):
    """Let nobody choose a topic any longer, after showing what keeps it."""
    topic, form = queries.get_topic(topic_id), RetireForm()
    if form.validate_on_submit():
        if done := idempotency.find_location(form.token.data):
            return redirect(done)
        service.retire_topic(topic, by=me())
        return _saved(form, url_for("topics.index"), _("%(name)s går inte längre att välja.", name=topic.label))
    return _page("topics/retire.html", topic, form)


@blueprint.post("/kompetensomraden/andringar/<int:change_id>/angra")
@requires(Permission.COORDINATE)
def undo(change_id):
    """Take a change of a topic back."""
    service.undo_change(queries.get_change(change_id), by=me())
    db.session.commit()
    flash(_("Ändringen är ångrad."), "success")
    return redirect(url_for("topics.index"))


def _saved(form, location, text):
    idempotency.remember(form.token.data, location)
    db.session.commit()
    flash(text, "success")
    return redirect(location)


def _show(topic, form):
    page = render_template(
        "topics/show.html",
        topic=topic,
        is_in_use=topic.id in queries.topics_in_use(),
        words=queries.list_words(topic.id),
        counts=service.count_followers(topic.id),
        form=form,
    )
    return page, 422 if form.errors else 200


def _page(template, topic, form):
    page = render_template(template, topic=topic, counts=service.count_followers(topic.id), form=form)
    return page, 422 if form.errors else 200
