"""What the emulator and the functions in it are told of our environment."""

from local.emulator import environment_of


def test_nothing_of_another_stack_and_no_secret_reaches_the_emulator() -> None:
    given = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1",
        "AWS_PROFILE": "production",
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_SESSION_TOKEN": "canary",
        "LOCALSTACK_HOSTNAME": "elsewhere",
        "SMTP_HOST": "mail.example.com",
        "SMTP_PASSWORD": "canary",
        "LAPSEWATCH_PBX_PASSWORD": "canary",
        "NORTHWIND": "canary",
        "GATEWAY_PORT": "4566",
    }

    told = environment_of(given, 8123)

    assert told == {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": "8123",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "IOT_MTLS_ENABLED": "0",
    }


def test_what_every_program_needs_is_handed_on() -> None:
    given = {"PATH": "/bin", "HOME": "/home/kim", "TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "PYTHONPATH": "x"}

    assert given.items() <= environment_of(given, 8123).items()
