"""One run of a worker: it claims jobs for its free hands, until it is told to stop."""

from __future__ import annotations

import logging
import threading
from enum import Enum, auto
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from ._backoff import delay
from ._claimed import ClaimedBlock, ClaimedJob
from ._clock import Clock, Deadline
from .errors import JobCanceled, JobsyncError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._queue import News, Queue

    Function = Callable[[ClaimedJob], Any]

LET_GO_WITHIN = 5.0
"""Seconds that a function has to stop once it was asked to."""

logger = logging.getLogger("jobsync")


class Told(Enum):
    """What the shift may hear of, beside a block that is over."""

    NEWS = auto()
    STOP = auto()


class Shift:
    """All that happens to it comes through one inbox, so that only one thread decides.

    The inbox is one that a signal handler may write to.
    """

    def __init__(
        self, queue: Queue, function: Function, concurrency: int, grace: float, clock: Clock
    ) -> None:
        self._queue = queue
        self._function = function
        self._concurrency = concurrency
        self._grace = grace
        self._clock = clock
        self._inbox: SimpleQueue[Told | ClaimedBlock] = SimpleQueue()
        self._blocks: list[ClaimedBlock] = []
        self._is_stopping = False
        self._is_idle = False
        self._failures = 0
        self._look_again = Deadline(0.0, clock)

    def stop(self) -> None:
        """Claim no more; from any thread, or from a signal handler."""
        self._inbox.put(Told.STOP)

    def work(self, *, until_idle: bool) -> None:
        """Run jobs until told to stop or, with `until_idle`, until none is left."""
        with self._queue.news(lambda: self._inbox.put(Told.NEWS)) as news:
            try:
                while not self._is_stopping:
                    if until_idle and self._is_idle and not self._blocks:
                        return
                    self._step(news)
            finally:
                self._let_go()

    def _step(self, news: News) -> None:
        has_hands = len(self._blocks) < self._concurrency
        if has_hands and self._look_again.passed:
            self._claim(news)
            return
        try:
            told = self._inbox.get(timeout=self._look_again.remaining() if has_hands else None)
        except Empty:
            news.renew()
            return
        self._hear(told, news)

    def _hear(self, told: Told | ClaimedBlock, news: News) -> None:
        if told is Told.STOP:
            self._is_stopping = True
            return
        if isinstance(told, ClaimedBlock):
            self._blocks.remove(told)
        else:
            news.take()
        self._look_again = Deadline(0.0, self._clock)

    def _claim(self, news: News) -> None:
        try:
            claimed = self._queue.claim(self._concurrency - len(self._blocks))
        except JobsyncError as error:
            self._put_off(error)
            return
        self._failures = 0
        for block in claimed.blocks:
            self._begin(block)
        self._is_idle = claimed.is_all and claimed.ready_in is None
        if claimed.is_all:
            wait = news.patience if claimed.ready_in is None else claimed.ready_in
            self._look_again = Deadline(min(wait, news.patience), self._clock)

    def _put_off(self, error: JobsyncError) -> None:
        if not error.retryable:
            raise error
        if self._failures == 0:
            logger.warning("No jobs can be claimed at the moment: %s", error)
        self._look_again = Deadline(delay(self._failures, 0.0), self._clock)
        self._failures += 1

    def _begin(self, block: ClaimedBlock) -> None:
        self._blocks.append(block)
        name = f"jobsync-worker-{block.job.job_id}"
        threading.Thread(target=self._perform, args=(block,), name=name, daemon=True).start()

    def _perform(self, block: ClaimedBlock) -> None:
        try:
            with block:
                self._function(block.job)
        except JobCanceled as error:
            logger.info("The job %r has stopped: %s", block.job.job_id, error)
        except Exception:
            logger.exception("The job %r has failed.", block.job.job_id)
        finally:
            self._inbox.put(block)

    def _let_go(self) -> None:
        """Let functions finish, then ask them to stop, then leave them to themselves."""
        self._wait_for_blocks(self._grace)
        for block in self._blocks:
            block.give_back()
        self._wait_for_blocks(LET_GO_WITHIN)
        for block in self._blocks:
            block.abandon()

    def _wait_for_blocks(self, seconds: float) -> None:
        deadline = Deadline(seconds, self._clock)
        while self._blocks and not deadline.passed:
            try:
                told = self._inbox.get(timeout=deadline.remaining())
            except Empty:
                return
            if isinstance(told, ClaimedBlock):
                self._blocks.remove(told)
