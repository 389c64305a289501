"""Each bad archive is refused for what is bad about it, soon; each honest one passes."""

import io
import time
import zipfile

import pytest

from aslo.demo.samples import bundle as sample_bundle
from aslo.demo.samples import samples
from aslo.domain.archive import MOST_OF_A_KIND, open_archive
from aslo.domain.errors import BadBundleError
from fixtures.bad_archives import BAD_ARCHIVES, error_codes
from fixtures.bombs import BOMBS
from fixtures.memory import peak_growth

SLOWEST_SECONDS = 5
MOST_MEMORY = 64 * 1024**2

SAMPLES = {
    f"{sample.repository} {number}": release
    for sample in samples()
    for number, release in enumerate(sample.releases, 1)
}


@pytest.mark.case("D18", "D20", "D21", "D22", "D23", "D42", "T24")
@pytest.mark.parametrize("what", BAD_ARCHIVES)
def test_a_bad_archive_is_refused_for_what_is_bad_about_it(what):
    data, codes = BAD_ARCHIVES[what]

    assert error_codes(data) == set(codes.split())


@pytest.mark.case("D20", "T25")
@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_is_refused_soon_and_in_little_memory(what):
    make, codes = BOMBS[what]
    data, found = make(), set()
    began = time.process_time()

    grown = peak_growth(lambda: found.update(error_codes(data)))

    assert found == set(codes.split())
    assert time.process_time() - began < SLOWEST_SECONDS
    assert grown < MOST_MEMORY


def test_a_hundred_bad_archives_are_different():
    assert len({data for data, _ in BAD_ARCHIVES.values()}) == len(BAD_ARCHIVES) > 100


@pytest.mark.parametrize("what", ["20,000 gaps", "20,000 wrong checksums"])
def test_faults_that_cannot_be_read_past_are_not_all_collected(what):
    with pytest.raises(BadBundleError) as refused:
        open_archive(io.BytesIO(BOMBS[what][0]()))

    assert len(refused.value.problems) == MOST_OF_A_KIND


def test_python_reads_the_quoting_bomb_as_it_was_meant():
    with zipfile.ZipFile(io.BytesIO(BOMBS["entries that quote each other"][0]())) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) > 100 * 1000**2


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_accepted(name):
    _, data = sample_bundle(SAMPLES[name].files())

    assert error_codes(data) == set()
