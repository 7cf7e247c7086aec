"""Programs that run beside a test: a node, Orthanc, and dcmtk's sender."""

import json
import subprocess
import sys

import requests
from archiving.peers import free_port, wait_for
from archiving.sent_films import content_of, read

COMMAND = "import sys; from chest_xray.project.console import main; main(sys.argv[1:])"
USER = {"username": "chest", "password": "secret"}
HTTP, DICOM = 8042, 4242
URL = f"http://127.0.0.1:{HTTP}/dicom-web"


class Orthanc:
    """Debian's Orthanc with its DICOMweb plug-in, on its own configuration and storage."""

    def __init__(self, folder):
        self._configuration = folder / "orthanc.json"
        self._configuration.write_text(
            json.dumps(
                {
                    "StorageDirectory": str(folder / "storage"),
                    "IndexDirectory": str(folder / "storage"),
                    "HttpPort": HTTP,
                    "DicomPort": DICOM,
                    "DicomAet": "ARCHIVE",
                    "RemoteAccessAllowed": True,
                    "AuthenticationEnabled": True,
                    "RegisteredUsers": {USER["username"]: USER["password"]},
                    "Plugins": ["/usr/share/orthanc/plugins/libOrthancDicomWeb.so"],
                }
            )
        )
        self.start()

    def start(self):
        command = ["Orthanc", str(self._configuration)]
        log = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_for(self._answers, 60)

    def end(self):
        self._process.terminate()
        self._process.wait(timeout=60)

    def _answers(self):
        try:
            return self.get("system").ok
        except requests.ConnectionError:
            return False

    def get(self, path):
        auth = (USER["username"], USER["password"])
        return requests.get(f"http://127.0.0.1:{HTTP}/{path}", auth=auth, timeout=30)

    def objects(self, modality):
        """The objects of a modality, whole."""
        found = self.get(f"dicom-web/instances?Modality={modality}&limit=10000").json()
        return [read(self.get(f"instances/{self.id_of(one)}/file").content) for one in found]

    def id_of(self, found):
        uid = found["00080018"]["Value"][0]
        auth = (USER["username"], USER["password"])
        answer = requests.post(
            f"http://127.0.0.1:{HTTP}/tools/lookup", data=uid, auth=auth, timeout=30
        )
        return answer.json()[0]["ID"]

    def referenced(self):
        """The films that reports are about, one UID per report."""
        return [content_of(one)["Source of Measurement"] for one in self.objects("SR")]

    def count(self, modality):
        return len(self.get(f"dicom-web/instances?Modality={modality}&limit=10000").json())


class Node:
    """``chest-xray node`` in a process of its own, which can be killed and started again."""

    def __init__(self, model, folder, archive_port):
        self.port = free_port()
        self._log = folder / "node.log"
        self._arguments = [
            *("node", f"--model={model}", f"--to=ARCHIVE@127.0.0.1:{archive_port}"),
            *(f"--queue={folder / 'queue'}", f"--port={self.port}", "--threads=1"),
        ]
        self.start()

    def start(self):
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", COMMAND, *self._arguments], stdout=log, stderr=log
            )

    def log(self):
        return self._log.read_text(encoding="utf8")

    def end(self, number):
        self.process.send_signal(number)
        return self.process.wait(timeout=60)


def storescu(port, name, files):
    """Whether dcmtk's storescu sent every file."""
    command = ["storescu", "-aec", name, "127.0.0.1", str(port), *map(str, files)]
    return subprocess.run(command, capture_output=True, timeout=600).returncode == 0


def write(folder, films):
    folder.mkdir()
    files = [folder / f"{place}.dcm" for place in range(len(films))]
    for path, data in zip(files, films, strict=True):
        path.write_bytes(data)
    return files
