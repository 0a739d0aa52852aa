"""AWS list prices, us-east-1, in USD without free tiers. Each with its source and the date of that source."""

MILLION = 1_000_000

# AWS, "Amazon DynamoDB pricing for on-demand capacity", as printed by airbyte.com, 2025-07 (after the cut of 2024-11).
DYNAMODB_WRITE_UNIT = 0.625 / MILLION
DYNAMODB_READ_UNIT = 0.125 / MILLION

# AWS, "AWS Lambda pricing", text of 2026-09 (api-evangelist): requests, and GB-seconds on arm64.
LAMBDA_REQUEST = 0.20 / MILLION
LAMBDA_GB_SECOND = 0.0000133334

# AWS, "Amazon API Gateway pricing", as printed by wring.co and amnic.com, 2026: HTTP APIs, first 300 million.
HTTP_API_REQUEST = 1.00 / MILLION

# AWS, "Amazon EventBridge pricing", as printed by cloudburn.io, 2026-03: custom events, chunks of 64 KB.
EVENTBRIDGE_EVENT = 1.00 / MILLION

# AWS, "Amazon SQS pricing", as printed by cloudburn.io, 2026-03: FIFO requests, chunks of 64 KB.
SQS_FIFO_REQUEST = 0.50 / MILLION

# Lambda sells processors by memory: this much is one of them (AWS, "Configure Lambda function memory").
MB_OF_ONE_PROCESSOR = 1769
