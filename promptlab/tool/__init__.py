"""What a program may call by name: each file is a tool, a text in and a text out.

A tool raises `RequestFailed` where there is no result for an input; the program that called it may
catch that, or its question is recorded as failed. See `promptlab.protocols.Tool`.
"""
