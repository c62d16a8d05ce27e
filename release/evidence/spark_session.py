"""A session on a cluster: started once, refused at once where nobody answers, stopped on a signal."""

from __future__ import annotations

import re
import socket
import threading
import warnings
from typing import Any

from release.base.errors import InputError, InvalidInput

_SESSION = threading.Lock()
_RUNNING: dict[str, Any] = {}
_FAILED: dict[str, str] = {}
_CONFIGURATION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
}
_ADDRESS = re.compile(
    r"(local(\[[^]]+\])?|yarn|k8s://.+|spark://(?P<masters>[^/,;]+:\d+(,[^/,;]+:\d+)*)|sc://(?P<connect>[^/;]+)(/.*)?)$"
)
_PORT = re.compile(r":\d+$")
_PATIENCE = 10.0
"""Seconds in which a cluster must take a connection."""


def session_at(url: str) -> Any:  # noqa: ANN401 - a Spark session of whichever flavour
    """Return a session on a cluster; one per process, and what failed once is not tried again.

    Raises:
        InvalidInput: Spark, Java or the cluster is not there.
    """
    with _SESSION:
        if url in _FAILED:
            raise InvalidInput([_unusable(url, _FAILED[url])])
        try:
            _RUNNING[url] = _started(url)
        except InvalidInput as invalid:
            _FAILED[url] = invalid.errors[0].message
            raise
        return _RUNNING[url]


def _started(url: str) -> Any:  # noqa: ANN401 - a Spark session
    """Start or find the session of this process.

    Raises:
        InvalidInput: it does not start.
    """
    with warnings.catch_warnings():  # what pyspark says of other people's versions is of no use here
        warnings.simplefilter("ignore")
        try:
            from py4j.protocol import Py4JError
            from pyspark.errors import PySparkException
            from pyspark.sql import SparkSession
        except ImportError:
            raise InvalidInput([_unusable(url, "Spark is not installed")]) from None
        if url not in _RUNNING:
            _check_reachable(url)
        builder = SparkSession.builder.appName("staged-release")
        try:
            if url.startswith("sc://"):
                session = builder.remote(url).getOrCreate()
            else:
                builder = builder.master(url).config("spark.ui.enabled", "false")
                builder = builder.config("spark.ui.showConsoleProgress", "false")
                if url.startswith("local"):
                    builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
                    builder = builder.config("spark.driver.host", "127.0.0.1")
                    builder = builder.config("spark.sql.shuffle.partitions", "4")
                session = builder.getOrCreate()
                session.sparkContext.setLogLevel("ERROR")
            for name, value in _CONFIGURATION.items():
                session.conf.set(name, value)
        except (PySparkException, Py4JError, OSError, RuntimeError, TypeError, ValueError) as error:
            raise InvalidInput([_unusable(url, f"Spark cannot be started: {first_line(error)}")]) from None
    return session


def _check_reachable(url: str) -> None:
    """Ask whether anybody listens there: Spark itself would try for minutes, and then not say where.

    Raises:
        InvalidInput: the address has no known form, or nobody listens at any of its places.
    """
    form = _ADDRESS.match(url)
    if form is None:
        known = "local[2], spark://HOST:PORT, sc://HOST[:PORT], yarn or k8s://…"
        raise InvalidInput([_unusable(url, f"'{url}' is no address of Spark; it has the form {known}")])
    places = [each for each in (form["masters"] or form["connect"] or "").split(",") if each]
    faults = []
    for place in places:
        host, _, port = place.rpartition(":") if _PORT.search(place) else (place, "", "15002")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE).close()
        except (OSError, OverflowError, UnicodeError) as error:
            faults.append(f"{place}: {getattr(error, 'strerror', None) or first_line(error)}")
        else:
            return
    if faults:
        raise InvalidInput([_unusable(url, f"Spark does not answer at {'; '.join(faults)}")])


def _unusable(url: str, message: str) -> InputError:
    extra = "spark-connect" if url.startswith("sc://") else "spark"
    java = "" if url.startswith("sc://") else " and a Java runtime"
    return InputError("IN-077", message, None, f"Install the extra `{extra}`{java}, and check --engine-url.")


def interrupt_all() -> None:
    """Stop every query of this process on a cluster."""
    for url, session in list(_RUNNING.items()):
        try:
            if url.startswith("sc://"):
                session.interruptAll()
            else:
                session.sparkContext.cancelAllJobs()
        except Exception:  # noqa: BLE001 - the process ends, and a cluster that went away has nothing to stop
            _RUNNING.pop(url, None)


def first_line(error: BaseException) -> str:
    """Return what went wrong, of a Java exception its own words rather than where the call was."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    told = [line for line in lines if line.startswith(": ")]
    return (told or lines)[0].removeprefix(": ")[:200]
