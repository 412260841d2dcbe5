"""Which legal forms may own a project or have costs of their own in it: gate g7 of the form."""

from broker.esf.kinds import OWNER, PARTNER
from broker.esf.models import Actor
from broker.sentences import N_, Sentence

# In the codes of the company register and in those of Statistics Sweden.
REFUSED_FORMS = {
    "E": N_("enskild firma"),
    "10": N_("privatperson"),
    "HB": N_("handelsbolag"),
    "KB": N_("kommanditbolag"),
    "31": N_("handelsbolag eller kommanditbolag"),
}


def legal_form_fault(actor: Actor) -> Sentence | None:
    """Say what hinders an actor from its part because of its legal form, or nothing; others than the two may be any."""
    if actor.role not in (OWNER, PARTNER):
        return None
    if actor.legal_form in REFUSED_FORMS:
        form = Sentence(REFUSED_FORMS[actor.legal_form])
        facts = {"name": actor.name, "form": form}
        if actor.role == OWNER:
            return Sentence(N_("Välj en annan projektägare än %(name)s: %(form)s får inte söka."), facts)
        return Sentence(N_("Ge %(name)s en annan roll: %(form)s kan inte vara samverkanspart."), facts)
    if not actor.legal_form:
        return Sentence(N_("Ange juridisk form för %(name)s."), {"name": actor.name})
    return None
