"""Chat templates with tools, small ones of the families that there are, and tokenizers for them."""

from tokenizers import AddedToken

from promptlab.called import Offer, ToolCall
from promptlab.types import Message, Prompt

OPEN = "{% for message in messages %}<|im_start|>"
HERMES = (
    "{% if tools %}<|im_start|>system\n# Tools\n<tools>"
    "{% for tool in tools %}\n{{ tool | tojson }}{% endfor %}\n</tools>\n"
    'Call one so: <tool_call>\n{"name": …, "arguments": …}\n</tool_call><|im_end|>\n{% endif %}'
    + OPEN
    + "{% if message.role == 'tool' %}user\n<tool_response>\n{{ message.content }}\n"
    "</tool_response>{% else %}{{ message.role }}\n{{ message.content }}"
    "{% for call in message.tool_calls %}\n<tool_call>\n"
    '{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}'
    "\n</tool_call>{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
MISTRAL = (
    "{{ bos_token }}{% for message in messages %}{% if message.role == 'user' %}"
    "{% if tools and loop.first %}[AVAILABLE_TOOLS]{{ tools | tojson }}[/AVAILABLE_TOOLS]"
    "{% endif %}[INST]{{ message.content }}[/INST]{% elif message.role == 'tool' %}"
    "{% if message.tool_call_id | length != 9 %}{{ raise_exception('ids have nine letters') }}"
    "{% endif %}[TOOL_RESULTS]{{ {'content': message.content, 'call_id': message.tool_call_id}"
    " | tojson }}[/TOOL_RESULTS]{% elif message.tool_calls is defined %}[TOOL_CALLS]["
    "{% for call in message.tool_calls %}{{ call.function | tojson }}"
    "{% if not loop.last %}, {% endif %}{% endfor %}]{{ eos_token }}"
    "{% elif message.role == 'assistant' %}{{ message.content }}{{ eos_token }}"
    "{% else %}{{ raise_exception('no such role') }}{% endif %}{% endfor %}"
)
LLAMA = (
    OPEN + "{% if message.role == 'tool' %}ipython\n{{ {'output': message.content} | tojson }}"
    "{% elif 'tool_calls' in message %}{% if message.tool_calls | length != 1 %}"
    "{{ raise_exception('This model only supports single tool-calls at once!') }}{% endif %}"
    "{% set call = message.tool_calls[0].function %}assistant\n"
    '{"name": "{{ call.name }}", "parameters": {{ call.arguments | tojson }}}'
    "{% else %}{{ message.role }}\n{% if loop.first %}{% for tool in tools or [] %}"
    "{{ tool | tojson(indent=4) }}\n{% endfor %}{% endif %}{{ message.content }}{% endif %}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CALLS_OF_HERMES = HERMES[HERMES.index("{% for call in") : HERMES.index("{% endif %}<|im_end|>")]
LEFT_OUT = HERMES.replace(CALLS_OF_HERMES, "")
"""Shows tools, and no calls that were made: SmolLM3's."""
BY_KEYS = HERMES.replace(
    CALLS_OF_HERMES,
    "{% for call in message.tool_calls %}<tool_call>{{ call.function.name }}"
    "{% for key, value in call.function.arguments.items() %}<arg_key>{{ key }}</arg_key>"
    "<arg_value>{{ value }}</arg_value>{% endfor %}</tool_call>{% endfor %}",
)
"""Hermes' words around another form: GLM's."""
BY_TOOL_NAME = LLAMA.replace('{"name": "{{', '{"tool_name": "{{')
"""Llama's words for another form: Command A's."""
AS_TEXTS = HERMES.replace(
    "{{ call.function.arguments | tojson }}", "{{ '' + call.function.arguments }}"
)
"""Takes arguments as text."""
TEMPLATES = {"hermes": HERMES, "mistral": MISTRAL, "llama": LLAMA}
WORDS = {
    "hermes": ("<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"),
    "llama": ("<|python_tag|>",),
    "mistral": (
        *("[INST]", "[/INST]", "[TOOL_CALLS]", "[TOOL_RESULTS]", "[/TOOL_RESULTS]"),
        *("[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]"),
    ),
}
"""Added tokens: those of Hermes are not flagged special, the others are."""
CALLS = (ToolCall("calculator", '{"input": "3 * 4"}'), ToolCall("now"))
TOOLS = (
    Offer("calculator", "computes an arithmetic expression"),
    Offer("now", "tells the time", '{"type": "object", "properties": {}}'),
)
TURNS = (
    Message("user", "What is 3 * 4, and how late is it?"),
    Message("assistant", "", CALLS),
    Message("tool", "12", CALLS[:1]),
    Message("tool", "noon", CALLS[1:]),
)
ASKED = Prompt(TURNS[:1], tools=TOOLS)
CALLED = Prompt(TURNS, tools=TOOLS)


def with_tools(tokenizer, family):
    """Give a tokenizer the template and the added tokens of a family."""
    tokenizer.chat_template = TEMPLATES[family]
    special = family != "hermes"
    tokens = [AddedToken(word, special=special, normalized=False) for word in WORDS[family]]
    tokenizer.add_tokens(tokens, special_tokens=special)
    return tokenizer
