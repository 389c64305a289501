"""`GET /healthz`, from a monitor."""

from fakes.web_site import WebSite


class Untouchable:
    """Stands where nothing may be asked."""

    def __getattr__(self, name):
        raise AssertionError(f"{name} was asked for")


def test_a_web_process_that_answers_says_so_and_asks_no_port():
    site = WebSite(store=Untouchable(), files=Untouchable(), catalog=Untouchable())

    answer = site.client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json == {"ok": True}
    assert answer.headers["Cache-Control"] == "no-store"
