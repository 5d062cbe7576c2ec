"""Errors by who must act: each says what happened and what to do, and never repeats the content of a record."""


class PrimumError(Exception):
    """A deliberate refusal.

    Args:
        what: What happened, in one sentence, without record content.
        remedy: What to do about it, addressed to the owner of the error class.
    """

    exit_code = 70
    owner = "the maintainers of Primum"

    def __init__(self, what: str, *, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    def as_document(self) -> dict[str, object]:
        """Return the error as the object that ``--json`` prints."""
        return {
            "error": type(self).__name__,
            "what": self.what,
            "remedy": self.remedy,
            "owner": self.owner,
            "exit_code": self.exit_code,
        }


class StudyError(PrimumError):
    """The study file asks for something that cannot be done as written."""

    exit_code = 10
    owner = "the study author"


class DataError(PrimumError):
    """The data is not what the study declares."""

    exit_code = 11
    owner = "the data steward"


class AccessDeniedError(PrimumError):
    """No grant allows this actor this purpose on this class of data."""

    exit_code = 12
    owner = "the data access committee"


class IntegrityError(PrimumError):
    """Something kept was altered, or cannot be kept: everything stops."""

    exit_code = 13
    owner = "the security officer"


class GateClosedError(PrimumError):
    """The evidence and signatures at hand do not allow this release."""

    exit_code = 14
    owner = "the release reviewer"
