"""Whether every machine of the running Ray can use a storage: asked before anything is computed."""

from __future__ import annotations

import secrets

from chest_xray.errors import BadCluster, BadStorage
from chest_xray.machine.ray_cluster import on_every_machine
from chest_xray.machine.storage import Bucket, Folder, Storage

_FOLDER = "a folder that every machine may write into"
_BUCKET = "a bucket that is there, and give every machine its keys by the environment"


def refuse_unwritable(storage: Storage, parameter: str) -> None:
    """See to it that this machine can write into a storage.

    Args:
        storage: A folder is made if it isn't there.
        parameter: The storage's, which the message names: ``tuning.storage_path``.

    Raises:
        BadStorage: It can't.
    """
    probe = _probe_name()
    try:
        storage.make()
        storage.write(probe, b"")
        storage.remove(probe)
    except OSError as error:
        raise BadStorage(
            f"Nothing can be written into {storage} ({error.strerror}); set {parameter} to "
            f"{_FOLDER}."
        ) from error
    except BadStorage as error:
        raise BadStorage(f"{str(error).rstrip('.')}; set {parameter} to {_BUCKET}.") from error


def refuse_unseen_storage(storage: Storage, parameter: str) -> None:
    """See to it that all machines of the running Ray can read and write in the same storage.

    Args:
        storage: A folder is made if it isn't there.
        parameter: The storage's, which the message names.

    Raises:
        BadStorage: This machine can't write into it.
        BadCluster: Another one doesn't find what is written, or can't write.
    """
    refuse_unwritable(storage, parameter)
    probe = _probe_name()
    storage.write(probe, b"")
    try:
        problems = _problems_elsewhere(storage, probe)
    finally:
        storage.remove(probe)
    blind = [machine for machine, problem in problems.items() if problem]
    if not blind:
        return
    who = (
        f"The machine {blind[0]} does" if len(blind) == 1 else f"The machines {', '.join(blind)} do"
    )
    if isinstance(storage, Bucket):
        raise BadCluster(
            f"{who} not reach {storage} ({problems[blind[0]]}); set {parameter} to {_BUCKET}, "
            "before Ray is started there."
        )
    raise BadCluster(
        f"{who} not see {storage}, or may not write into it; set {parameter} to a folder that all "
        "machines share."
    )


def _probe_name() -> str:
    return f".probe-{secrets.token_hex(4)}"


def _problems_elsewhere(storage: Storage, probe: str) -> dict[str, str]:
    """By machine what keeps it from using a storage in which there is a probe; '' for nothing."""
    if isinstance(storage, Folder):
        return on_every_machine(_problem_of_folder, str(storage), probe)
    assert isinstance(storage, Bucket)
    return on_every_machine(_problem_of_bucket, storage.address, storage.inside, probe)


def _problem_of_folder(folder: str, probe: str) -> str:
    """On another machine: whether a file is there, in a folder that can be written into."""
    import os
    from pathlib import Path

    sees = (Path(folder) / probe).is_file() and os.access(folder, os.W_OK)
    return "" if sees else "it isn't there"


def _problem_of_bucket(address: str, inside: str, probe: str) -> str:
    """On another machine: read a file, and write it again."""
    from pyarrow import ArrowException
    from pyarrow.fs import FileSystem

    try:
        files, path = FileSystem.from_uri(address)
        name = f"{path.rstrip('/')}/{inside}/{probe}".replace("//", "/")
        with files.open_input_file(name) as file:
            file.read()
        with files.open_output_stream(name) as file:
            file.write(b"")
    except (OSError, ArrowException) as error:
        text = " ".join(str(error).split())
        return text.rpartition("operation: ")[2].partition(" (Request ID")[0].rstrip(".")
    return ""
