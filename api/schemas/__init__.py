"""What requests and answers look like: pydantic models, and how they are made of queries' answers.

Ids stand as canonical Digital Links with their parts beside them, amounts as decimal strings in the
product's unit, times as ISO 8601 in UTC, hashes as 0x and hexadecimal digits.
"""
