"""Start a failed build once more because somebody who may asked for it, by hand or by a comment."""

from dataclasses import replace

from aslo.domain.build import Build, BuildState, Restart, RestartWay
from aslo.domain.comment import CommitComment, asks_retry
from aslo.domain.delivery import Delivery
from aslo.domain.person import Person
from aslo.domain.refusals import NotRetriedError
from aslo.ports import Bell, Clock, Forge, Store

WHY_NOT = {
    BuildState.QUEUED: "waits for its turn already",
    BuildState.RUNNING: "is in work just now",
    BuildState.PUBLISHED: "is published, so there is nothing to try again",
    BuildState.SUPERSEDED: "is published already, so there is nothing to try again",
    BuildState.PASSED: "is a check that passed, so there is nothing to try again",
    BuildState.WITHDRAWN: "was taken back at the forge; publish the release there again",
}


def retry(build: Build, who: Person, *, store: Store, bell: Bell, clock: Clock) -> None:
    """Start a build anew for somebody who may; asked twice, it starts once. NotRetriedError
    tells why a build cannot be started."""
    if not build.state.may_restart:
        if _is_theirs(build, who):
            return  # The same button, pressed twice.
        raise NotRetriedError(f"build {build.id} {WHY_NOT[build.state]}")
    if _restart(build, Restart(RestartWay.PAGE, clock(), who.login), store=store):
        bell.ring(build.id)


def retry_by_comment(delivery: Delivery, *, store: Store, forge: Forge, clock: Clock) -> str:
    """Start the failed builds of the commit that was commented on, if the author may; what came
    of it, in words. What the delivery says is only where to look: an old one that is played
    again finds a comment that was answered."""
    told, number = delivery.repository, delivery.comment_id
    place = None if told is None else forge.repository(told)
    if place is None or place.private or number is None:
        return "the repository is private, or not there any more"
    comment = forge.commit_comment(place.repository, number)
    if comment is None or not asks_retry(comment.text) or comment.by_program:
        return "the comment is not there any more, or asks for nothing"
    builds = store.builds_of_commit(place.repository.id, comment.commit)
    failed = [build for build in builds if _is_about(comment, build)]
    if not failed:
        return "no build of that commit had failed by then, or the comment was answered already"
    login = comment.author.login
    may = forge.may_write(place.repository, comment.author)
    if not may and not (may is None and comment.by_owner):
        knows = "may not write" if may is False else "cannot be known to write"
        return f"{login} {knows} to {place.repository.full_name}"
    asked = Restart(RestartWay.COMMENT, clock(), login, comment.id)
    begun = [build.id for build in failed if _restart(build, asked, store=store)]
    return f"{login} lets build {', '.join(begun) or 'that goes on already'} be tried again"


def _is_about(comment: CommitComment, build: Build) -> bool:
    """Whether a build had failed when the comment was written, and was not started by it."""
    if not build.state.may_restart or build.ended_at is None:
        return False
    answered = build.restart_asked is not None and build.restart_asked.comment_id == comment.id
    # The forge tells whole seconds.
    return not answered and build.ended_at.replace(microsecond=0) <= comment.created_at


def _is_theirs(build: Build, who: Person) -> bool:
    asked = build.restart_asked
    return not build.state.ended and asked is not None and asked.by == who.login


def _restart(build: Build, asked: Restart, *, store: Store) -> bool:
    """Whether this call began a new round; another one may have been quicker."""
    again = build.restart(asked.at, build.delivery_guid, build.release)
    return store.replace_build(build, replace(again, restart_asked=asked))
