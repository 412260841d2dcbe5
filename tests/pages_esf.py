"""Which pages of joint projects differ in kind: those of companies that sign, and of what comes after the decision."""

from sqlalchemy import select

from broker.esf.commitments.models import CommitmentLink, SignedPaper
from broker.esf.grants.models import ChangeRequest, Deviation, Evidence
from broker.esf.ledger.models import AidGrant
from broker.esf.models import DeMinimisAid
from broker.esf.outcomes.models import MilestoneResult, ParticipantMonth, PeriodReport, ResultLink
from broker.extensions import db


def first(model, *conditions):
    """Give the first row of a kind."""
    return db.session.scalars(select(model).where(*conditions).order_by(model.id).limit(1)).one()


def commitments():
    """Give the company sheets that differ, the links that are open, and the paper that has a file."""
    link, told = first(CommitmentLink), first(DeMinimisAid, DeMinimisAid.amount_kr.is_not(None))
    started = {"project_id": told.project_id, "commitment_id": told.commitment_id}
    signed = {"commitment_id": link.commitment_id, "project_id": link.project_id}
    scanned = {"paper_id": first(SignedPaper, SignedPaper.content_hash.is_not(None)).id}
    papers = [
        {"paper_id": row.id} for row in db.session.scalars(select(SignedPaper)) if row.project_id == link.project_id
    ]
    return {
        "esf.commitments": [{}, {"query": {"visa": "saknas"}}, {"project_id": told.project_id}],
        "esf.ask_commitments": [{"project_id": told.project_id}],
        "esf.show_commitment": [signed, started],
        "esf.edit_link": [signed],
        "esf.show_paper": papers,
        "esf.download_paper": [scanned],
        "esf.set_rate": [started | {"aid_id": told.id}],
        "esf.aid_ledger": [{"company_id": first(AidGrant).company_id}, {"query": {"dag": "2026-11-01"}}],
        **{
            f"commitment_form.{page}": [{"token": link.token}]
            for page in ("fill_in", "sign", "thank", "take_back", "download")
        },
    }


def granted():
    """Give the project that has been granted, with one of everything that has been noted of it."""
    report, noted, link = first(PeriodReport), first(ParticipantMonth), first(ResultLink)
    of_project = {"project_id": report.project_id}
    measured = of_project | {"result_id": first(MilestoneResult).id}
    month = of_project | {"month": f"{noted.month:%Y-%m}", "cohort_id": noted.cohort_id}
    pages = ("show", "months", "targets", "reports", "show_for_funder", "show_for_politicians")
    return {
        **{f"outcomes.{page}": [{}, of_project] for page in pages},
        **{f"outcomes.{page}": [month] for page in ("show_month", "edit_participants", "edit_costs")},
        "outcomes.show_report": [of_project | {"report_id": report.id}],
        "outcomes.download_report": [of_project | {"report_id": report.id}],
        "outcomes.edit_result": [measured],
        "results.show": [{"token": link.token}],
        "grants.edit_grant": [{}, of_project],
        "grants.list_deviations": [{}, of_project],
        "grants.edit_deviation": [of_project | {"deviation_id": first(Deviation).id}],
        "grants.edit_change": [of_project | {"change_request_id": first(ChangeRequest).id}],
        "grants.evidence": [{}, of_project],
        "grants.download_evidence": [of_project | {"evidence_id": first(Evidence).id}],
    }
