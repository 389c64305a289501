"""Signs deliveries, sends them in the background and keeps their log.

https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers
"""

import hashlib
import hmac
import json
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import httpx

from aslo.simulator.hooks import Hooks
from aslo.simulator.state import Document, State, now, only

# GitHub gives up after ten seconds and never tries again by itself.
TIMEOUT_SECONDS = 10
KEPT_ANSWER = 2_000


class Webhooks:
    """Sends to one address, and to the hooks that were set up; where there is neither, nowhere."""

    def __init__(self, state: State, hooks: Hooks, secret: str, url: str) -> None:
        self.url = url
        self.tells_comments = False
        """Whether the one address is told of comments as well, as a hook may be."""
        self._state = state
        self._hooks = hooks
        self._secret = secret
        # One thread keeps the deliveries of one publish in their order.
        self._sender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="webhook")
        self._under_way: set[Future[Any]] = set()

    def send(self, event: str, payload: Document, of_app: Document | None = None) -> str | None:
        """Deliver an event in the background; its GUID, or None where nobody listens. What an App
        is told has more in it."""
        about = payload["repository"]
        hooks = self._hooks.listening(event, about["full_name"])
        is_told = bool(self.url) and (event != "commit_comment" or self.tells_comments)
        told = payload | (of_app or {})
        sent = [self._send(event, told, about["id"])] if is_told else []
        sent += [self._send(event, payload, about["id"], hook_id=hook["id"]) for hook in hooks]
        return sent[0] if sent else None

    def send_app(self, event: str, payload: Document, app_id: int) -> None:
        """Deliver an event of an App to the address of its webhook."""
        if self.url:
            self._send(event, payload, None, app_id=app_id)

    def ping(self, hook: Document, shape: Document) -> None:
        """Tell a new hook that it is one."""
        payload = {"zen": "Keep it plain.", "hook_id": hook["id"], "hook": shape}
        self._send("ping", payload, None, hook_id=hook["id"])

    def _send(self, event: str, payload: Document, about: int | None, **by: int) -> str:
        delivery = {
            "guid": str(uuid.uuid4()),
            "event": event,
            "action": payload.get("action", ""),
            "repository_id": about,
            "body": json.dumps(payload, separators=(",", ":")),
            "redelivery": False,
            **by,
        }
        self._start(delivery)
        return str(delivery["guid"])

    def redeliver(self, guid: str) -> None:
        """Deliver once more, same GUID and same body; UnknownError if it never was delivered."""
        self.again(only(self._state.find("delivery", guid=guid), f"delivery {guid!r}"))

    def again(self, known: Document) -> None:
        """Deliver a delivery of the log once more."""
        kept = ("guid", "event", "action", "repository_id", "body", "hook_id", "app_id")
        again = {name: known[name] for name in kept if name in known}
        self._start({**again, "redelivery": True})

    def log(self) -> list[Document]:
        """Every delivery with its answer, oldest first."""
        return self._state.find("delivery")

    def wait(self, seconds: float = 30) -> None:
        """Wait until every delivery has its answer; TimeoutError if that takes longer."""
        if wait(list(self._under_way), timeout=seconds).not_done:
            raise TimeoutError(f"deliveries are still under way after {seconds} s")

    def close(self) -> None:
        """Forget what has not been started, and end."""
        self._sender.shutdown(wait=True, cancel_futures=True)

    def _start(self, delivery: Document) -> None:
        # In the log before it is sent: a restart shows that it never got an answer.
        pending = {"status_code": None, "response": "", "seconds": None, "error": ""}
        kept = self._state.add("delivery", {**delivery, **pending, "delivered_at": now()})
        future = self._sender.submit(self._deliver, kept)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)

    def _deliver(self, delivery: Document) -> None:
        started = time.monotonic()
        outcome = self._post(delivery)
        seconds = round(time.monotonic() - started, 3)
        self._state.save("delivery", {**delivery, **outcome, "seconds": seconds})
        if "hook_id" in delivery:
            code = outcome.get("status_code")
            self._hooks.answered(delivery["hook_id"], code, outcome.get("error") or "OK")

    def _post(self, delivery: Document) -> Document:
        body = delivery["body"].encode()
        url, secret = self._target(delivery)
        headers = self._headers(delivery, secret.encode())
        try:
            with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
                response = client.post(url, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return {"error": f"{type(error).__name__}: {error}"}
        return {"status_code": response.status_code, "response": response.text[:KEPT_ANSWER]}

    def _target(self, delivery: Document) -> tuple[str, str]:
        """Where a delivery goes, and the secret it is signed with."""
        hook = self._state.get("hook", delivery.get("hook_id", 0))
        if hook is None:
            return self.url, self._secret
        return hook["config"]["url"], hook["config"].get("secret", "")

    def _headers(self, delivery: Document, secret: bytes) -> dict[str, str]:
        body = delivery["body"].encode()
        return {
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/simulator",
            "X-GitHub-Event": delivery["event"],
            "X-GitHub-Delivery": delivery["guid"],
            "X-GitHub-Hook-ID": str(delivery.get("hook_id", 1)),
            "X-GitHub-Hook-Installation-Target-Type": "repository",
            "X-GitHub-Hook-Installation-Target-ID": str(delivery["repository_id"]),
            "X-Hub-Signature": "sha1=" + hmac.new(secret, body, hashlib.sha1).hexdigest(),
            "X-Hub-Signature-256": "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest(),
        }
