"""The board shows needs state by state, and moves them with the buttons of their cards."""

from broker import access
from broker.access import Role
from broker.needs import queries
from broker.needs.board import board
from broker.needs.models import NeedStatus
from broker.needs.queries import NeedFilter
from tests import factories
from tests import factories_needs as make
from tests.needs.test_states import heard


def test_a_column_counts_all_its_needs_by_sex_and_shows_the_latest(scope, user):
    rows = [make.need(by=user, women=2, men=1) for _number in range(3)]
    heard(user, women=0, men=0)
    make.need(by=user, topic_id="T042")

    columns = {column.status: column for column in board(NeedFilter(topic_id="T023"), limit=2)}

    clear = columns[NeedStatus.CLARIFIED]
    assert (clear.needs, clear.women, clear.men, clear.people) == (3, 6, 3, 9)
    assert clear.cards == [rows[2], rows[1]]
    assert [status for status, column in columns.items() if column.needs] == [NeedStatus.CLARIFIED]
    with access.acting_in(factories.organisation().id):
        assert not any(column.needs or column.cards for column in board(NeedFilter()))


def test_a_card_is_moved_by_its_button_and_the_board_keeps_its_filter(client, client_for, user, scope):
    need = heard(user, **make.need_values())
    make.need(by=user, topic_id="T042")

    page = client.get("/behov/tavla?omrade=T023&status=met").text
    assert "Klarlägg behovet" in page and "Excel" not in page.partition('class="board"')[2]
    assert "Klarlägg behovet" not in client_for(Role.READER).get("/behov/tavla").text
    moved = client.press(f"/behov/{need.id}/klarlagt?tavla=1&omrade=T023")

    assert moved.location == "/behov/tavla?omrade=T023"
    assert queries.get_need(need.id).status is NeedStatus.CLARIFIED
    assert client.get("/behov/tavla?omrade=T999").status_code == 422
