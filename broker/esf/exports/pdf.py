"""The application as a tagged PDF."""

from broker.documents import pdf
from broker.esf.exports.blocks import build_blocks
from broker.esf.exports.material import Material, cleaned


def render(material: Material) -> bytes:
    """Give the PDF; the same material gives the same bytes."""
    material = cleaned(material)
    return pdf.render(
        build_blocks(material),
        title=material.project_name,
        subject=material.template_name,
        created_on=material.created_on,
    )
