"""Who may do what by the claims of a token: only who was named, and by nothing that people can write themselves."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.oidc import Grants, granted, grants_from, label_of
from lapsewatch.domain.tokens import Role

GRANTS = grants_from(
    "@example.com, kim@example.com=admin, role:Operator=operator, sam@gmail.com, @gmail.example=operator"
)
GOOGLE = "https://accounts.google.com"


def mail(address: str, **more: Any) -> dict[str, Any]:
    return {"iss": "https://id.example", "sub": "1", "email": address, "email_verified": "true", **more}


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        (mail("lee@example.com"), Role.VIEWER),
        (mail("LEE@Example.COM"), Role.VIEWER),
        (mail("kim@example.com"), Role.ADMIN),
        (mail("kim@example.com", email_verified=True), Role.ADMIN),
        (mail("lee@example.com", roles="[Reader Operator]"), Role.OPERATOR),
        ({"roles": "[Operator]"}, Role.OPERATOR),
        ({"roles": ["Operator"]}, Role.OPERATOR),
        ({"roles": "Operator"}, Role.OPERATOR),
        (mail("kim@example.com", roles="[Operator]"), Role.ADMIN),
        (mail("kim@example.com", iss=GOOGLE, hd="example.com"), Role.ADMIN),
        (mail("sam@gmail.com", iss=GOOGLE), Role.VIEWER),
    ],
)
def test_the_strongest_role_that_was_given_counts(claims: dict[str, Any], role: Role) -> None:
    assert granted(GRANTS, claims) is role


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"sub": "kim@example.com"},
        {"preferred_username": "kim@example.com"},
        mail("kim@example.com", email_verified="false"),
        {"email": "kim@example.com"},
        mail("kim@example.com.evil.example"),
        mail("kim@sub.example.com"),
        mail("@example.com@evil.example"),
        mail("\u212aim@example.com.evil"),
        mail("\u212aim@example.com"),
        mail("kim@example.com", iss=GOOGLE),
        mail("kim@example.com", iss=GOOGLE, hd="evil.example"),
        mail("sam@evil.example", roles="[Operators]"),
        {"roles": "[role:Operator]"},
        {"roles": "[operator]"},
        {"groups": "[Operator]"},
        {"email": ["kim@example.com"], "email_verified": "true"},
    ],
)
def test_whoever_was_not_named_has_no_role(claims: dict[str, Any]) -> None:
    assert granted(GRANTS, claims) is None


@given(
    st.dictionaries(st.sampled_from(["email", "email_verified", "roles", "iss", "hd", "sub"]), st.text() | st.none())
)
def test_where_nobody_was_named_no_claims_give_a_role(claims: dict[str, Any]) -> None:
    assert granted(Grants({}), claims) is None


@pytest.mark.parametrize(
    "text", ["kim", "*", "*=admin", "kim@example.com=root", "@example.com=", "=admin", "a@b.c,a@b.c", "role:", "@@b.c"]
)
def test_grants_that_say_nothing_clear_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="once each"):
        grants_from(text)


def test_a_label_is_what_people_know_and_never_long_or_unprintable() -> None:
    assert label_of(mail("kim@example.com")) == "kim@example.com (OIDC)"
    assert label_of({"sub": "a\r\nb"}) == "ab (OIDC)"
    assert len(label_of({"sub": "x" * 5000})) < 120
