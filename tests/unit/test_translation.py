"""The template is translated on this machine as AWS would."""

import pytest

from local.deploy import translate


def test_a_second_translation_in_one_process_warns_of_nothing(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        function = {"Handler": "a.b", "Runtime": "python3.13", "CodeUri": "s3://bucket/key"}
        template = {
            "Transform": "AWS::Serverless-2016-10-31",
            "Resources": {"One": {"Type": "AWS::Serverless::Function", "Properties": function}},
        }
        assert "AWS::Lambda::Function" in str(translate(template, {}))

    assert not caplog.records
