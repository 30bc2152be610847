"""Fleet files as text."""

ROW = {
    "id": "northwind",
    "name": "Northwind Cardiology",
    "customer": "Northwind Health",
    "address": "northwind.3cx.us",
    "access": "user_login",
    "user": "100",
}


def fleet(*rows: dict[str, str]) -> str:
    """Return a file with these rows, each laid over a good one."""
    lines = ["instances:"]
    for row in rows:
        lines += [f"{'-' if n == 0 else ' '} {name}: {value}" for n, (name, value) in enumerate((ROW | row).items())]
    return "\n".join(lines) + "\n"
