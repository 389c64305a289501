import pytest

from aslo.demo.place import DemoError, Place
from aslo.demo.stage import _alone, running


def test_of_two_demos_in_one_folder_the_second_says_where_the_first_is(tmp_path):
    Place(tmp_path, "http://127.0.0.1:8311", "http://127.0.0.1:9", "secret").save()
    where = r"already, at http://127\.0\.0\.1:8311"

    with _alone(tmp_path), pytest.raises(DemoError, match=where), _alone(tmp_path):
        raise AssertionError("two")

    with _alone(tmp_path):
        pass


def test_a_demo_that_has_ended_is_not_taken_for_one_that_runs(tmp_path):
    place = Place(tmp_path, "http://127.0.0.1:8311", "http://127.0.0.1:9", "secret")
    place.save()

    with _alone(tmp_path):
        assert running(tmp_path) == place
    with pytest.raises(DemoError, match="no demo is running in"):
        running(tmp_path)
