"""What every client here tells of the gateway: one JSON object on standard output."""

import json
import sys

URL, KEY, MODEL = sys.argv[1:4]
QUESTION = "Please call get_weather now."
SCHEMA = {"type": "object", "properties": {"city": {"type": "string", "enum": ["Paris"]}}, "required": ["city"]}


def error_of(call):
    """The class and status of the error a call ends with."""
    try:
        call()
    except Exception as error:  # the point is which one
        status = getattr(error, "status_code", None) or getattr(error, "code", None)
        return [type(error).__name__, status]
    return ["no error", None]


def tell(**facts):
    print(json.dumps(facts))
