"""What goes wrong for a reason that a person can fix, reported in one sentence."""


class ChestXrayError(Exception):
    """Its text is one sentence: what is wrong, where, and what would be right."""


class BadParameters(ChestXrayError):
    """A key of conf/ or of ``--params`` that is unknown, impossible or missing."""


class BadRadiographs(ChestXrayError):
    """A folder of radiographs that nothing can be learnt from."""


class BadSplit(ChestXrayError):
    """A split that would measure something else than it says."""


class BadPixels(ChestXrayError):
    """A map of pixels that is damaged or belongs to other radiographs."""


class BadWeights(ChestXrayError):
    """Weights that are missing, damaged, or of another network."""


class BadTraining(ChestXrayError):
    """A training that cannot go on, such as one whose loss is no number any more."""


class BadSearch(ChestXrayError):
    """A search for hyperparameters that cannot start, or that nothing can be chosen from."""


class BadCluster(ChestXrayError):
    """A Ray that does not start or answer, or that lost what can't be done without; or machines of
    it that work can't be given to.
    """


class BadStorage(ChestXrayError):
    """A folder or a bucket that what machines leave for each other can't be kept in."""


class BadNotes(ChestXrayError):
    """A sheet of a person's notes that can't be read, and must not be overwritten."""


class BadModelFile(ChestXrayError):
    """A deployable file that is damaged, changed, missing, or of another version."""


class BadExport(ChestXrayError):
    """A folder that a model to hand on can't be written to."""


class BadImage(ChestXrayError):
    """An image that no probability can be given for."""


class BadQuantization(ChestXrayError):
    """A model that can't be made int8 as asked, or an int8 model in which nothing is int8."""


class BadExplanation(ChestXrayError):
    """An image, a class or a model that no heat map can be made of."""


class BadPrediction(ChestXrayError):
    """New radiographs that aren't there, or a model that can't classify them yet."""


class BadExternalFilms(ChestXrayError):
    """Films of another hospital that a model can't be measured on."""


class BadService(ChestXrayError):
    """A service that can't be started as asked."""


class BadRecalibration(ChestXrayError):
    """A model whose probabilities can't be fitted to another hospital's films."""


class BadArchive(ChestXrayError):
    """A DICOM archive, a node's queue or address that films and reports can't go through."""


class DamagedResult(ChestXrayError):
    """A result that is there and can't be loaded.

    Attributes:
        name: Its catalog entry.
        command: What makes it again.
    """

    def __init__(self, name: str, reason: str, command: str) -> None:
        super().__init__(
            f"The newest '{name}' is damaged and can't be loaded ({reason}); {command} makes it "
            "again."
        )
        self.name = name
        self.command = command


class MissingResult(ChestXrayError):
    """A result that no pipeline has made yet.

    Attributes:
        name: Its catalog entry.
        command: What makes it.
    """

    def __init__(self, name: str, command: str) -> None:
        super().__init__(f"There is no '{name}' yet; {command} makes it.")
        self.name = name
        self.command = command


class OtherVersion(ChestXrayError):
    """A result of a version of the project that kept something else in it."""


class MixedResults(ChestXrayError):
    """Results, models and radiographs that don't belong together."""


class MissingVersion(ChestXrayError):
    """A version of a result that isn't there."""


class StaleResult(ChestXrayError):
    """A result that was made from something else than what is there now.

    Attributes:
        name: Its catalog entry.
        made_from: The catalog entry that is another by now.
        command: What makes it again.
    """

    def __init__(self, name: str, made_from: str, command: str) -> None:
        super().__init__(
            f"'{name}' was made from another '{made_from}' than the newest; {command} makes it "
            "again."
        )
        self.name = name
        self.made_from = made_from
        self.command = command


class UnknownOrigin(StaleResult):
    """A result that doesn't say what it was made from.

    Attributes:
        version: Which version of it, '' where it has none.
    """

    def __init__(self, name: str, version: str, command: str) -> None:
        ChestXrayError.__init__(
            self,
            f"{f'Version {version} of ' if version else ''}'{name}' doesn't say which radiographs, "
            "splits and model it was made from, as an earlier version of this project saved it; "
            f"{command} makes it again.",
        )
        self.name, self.made_from, self.version, self.command = name, "", version, command
