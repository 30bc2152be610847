"""List prices in USD, of us-east-1, as of November 2026, without free tiers, taxes and discounts. Check yours.

AWS changes them seldom, and mostly downward. Only what this stack uses is here.
"""

from typing import Final

REGION: Final = "us-east-1"
AS_OF: Final = "November 2026"

MILLION: Final = 1_000_000
GB: Final = 1e9

# Lambda. An idle second costs nothing; the start of an environment is billed like work.
LAMBDA_GB_SECOND: Final = {"arm64": 0.0000133334, "x86_64": 0.0000166667}
LAMBDA_REQUEST: Final = 0.20 / MILLION

# SQS, standard queues: sends, receives and deletes alike, up to 64 KB each.
SQS_REQUEST: Final = 0.40 / MILLION

# DynamoDB on demand, standard table class.
DYNAMODB_WRITE_UNIT: Final = 0.625 / MILLION
DYNAMODB_READ_UNIT: Final = 0.125 / MILLION
DYNAMODB_GB_MONTH: Final = 0.25
DYNAMODB_RECOVERY_GB_MONTH: Final = 0.20

# S3 Standard.
S3_PUT: Final = 0.005 / 1000
S3_GET: Final = 0.0004 / 1000
S3_GB_MONTH: Final = 0.023

# HTTP API, and what leaves for the Internet.
HTTP_API_REQUEST: Final = 1.00 / MILLION
TRANSFER_GB: Final = 0.09

# SNS, standard topics.
SNS_PUBLISH: Final = 0.50 / MILLION
SNS_EMAIL: Final = 2.00 / 100_000

# EventBridge Scheduler.
SCHEDULER_INVOCATION: Final = 1.00 / MILLION

# CloudWatch.
LOGS_INGESTED_GB: Final = 0.50
LOGS_STORED_GB_MONTH: Final = 0.03
METRIC_MONTH: Final = 0.30
ALARM_MONTH: Final = 0.10
DASHBOARD_MONTH: Final = 3.00

# KMS. A SecureString is decrypted by it, one request each, also under the key that AWS keeps.
KMS_REQUEST: Final = 0.03 / 10_000
KMS_KEY_MONTH: Final = 1.00

# What the template does without.
SECRET_MONTH: Final = 0.40
NAT_GATEWAY_MONTH: Final = 33.0
NAT_GB: Final = 0.045
