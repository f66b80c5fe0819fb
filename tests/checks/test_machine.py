"""What the checks of this machine find."""

import pytest

from pipeline.checks.machine import is_proven


@pytest.mark.parametrize(
    ("address", "proven"),
    [
        ("postgresql://one@localhost/one", True),
        ("postgresql://one@127.0.0.1:5433/one", True),
        ("postgresql://one@[::1]/one", True),
        ("postgresql:///one", True),
        ("postgresql:///one?host=/var/run/postgresql", True),
        ("postgresql://one:x@db.example/one", False),
        ("postgresql://one:x@db.example/one?sslmode=require", False),
        ("postgresql://one:x@localhost,db.example/one", False),
        ("postgresql://one@localhost/one?hostaddr=192.0.2.7", False),
        ("postgresql://one:x@db.example/one?sslmode=verify-full&sslrootcert=/etc/ssl/ca.pem", True),
    ],
)
def test_a_database_elsewhere_has_to_prove_who_it_is(address: str, proven: bool) -> None:
    assert is_proven(address, {}) is proven


def test_what_libpq_takes_from_the_environment_counts() -> None:
    assert is_proven("postgresql://one:x@db.example/one", {"PGSSLMODE": "verify-full"})
    assert not is_proven("postgresql:///one", {"PGHOST": "db.example"})
