"""The only room that knows AWS. What the path of a message writes goes through the low-level client (import time and
CPU of the intake); what administrators keep goes through PynamoDB (docs/decisions/0003-two-ways-to-dynamodb.md)."""
