"""A model behind a server that speaks OpenAI's protocol.

`openai.py` is the component; `client.py` asks a whole batch, side by side; `connection.py` is the
only door through which a server's words enter, and `secret.py` takes the key out of them;
`wire.py` and `echo.py` are what is sent and read, `overflow.py` what a refusal says of the window.
"""
