"""The operation that says why a release is not there."""

from aslo.domain.causes import Cause
from aslo.domain.errors import NotFoundError
from aslo.domain.trace import Generation, Link, Trace
from aslo.web.addresses import link_to
from aslo.web.api import why_shapes as shapes
from aslo.web.api.limits import caller
from aslo.web.api.operations import NEVER_KEPT, Operation
from aslo.web.characters import writable
from aslo.web.wiring import absolute, ports


def get_why(owner: str, repository: str) -> shapes.Why:
    """Why the newest release of a repository is not there. GitHub is looked at once a minute, and
    for one address a dozen times in ten; `note` says where it was not."""
    trace = ports().trace(f"{owner}/{repository}", caller())
    if not trace.found:
        raise NotFoundError(f"the forge shows no public repository {owner}/{repository}")
    return _why(trace)


def _why(trace: Trace) -> shapes.Why:
    known = trace.evidence
    owner, _, repository = trace.name.partition("/")
    return shapes.Why(
        repository=trace.name,
        page=absolute(link_to("why.repository", owner=owner, repository=repository)),
        tag=writable(known.release.tag) if known.release else None,
        build=absolute(f"/builds/{known.build.id}") if known.build else None,
        bundle_id=known.activity.bundle_id if trace.generations and known.activity else None,
        cause=_cause(trace.broken.cause if trace.broken else None),
        links=[_link(each) for each in trace.links],
        generations=[_generation(each) for each in trace.generations],
        note=trace.note or None,
    )


def _link(found: Link) -> shapes.WhyLink:
    return shapes.WhyLink(
        name=found.name,
        state=found.state,
        what=writable(found.what) or None,
        at=found.at,
        cause=_cause(found.cause),
    )


def _generation(found: Generation) -> shapes.WhyGeneration:
    return shapes.WhyGeneration(
        first=found.first, last=found.last, version=found.version, cause=_cause(found.cause)
    )


def _cause(found: Cause | None) -> shapes.WhyCause | None:
    if found is None:
        return None
    return shapes.WhyCause(reason=found.reason, why=writable(found.why), cure=writable(found.cure))


OPERATIONS = (
    Operation(
        path="/why/<owner:owner>/<repository:repository>",
        view=get_why,
        gives=shapes.Why,
        about="builds",
        from_catalog=False,
        kept=NEVER_KEPT,
    ),
)
