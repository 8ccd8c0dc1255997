"""What the text of a completion is."""

from promptlab.engine.stopping import decoded
from promptlab.engine.tokens.control import encode_as_text


def test_a_special_token_is_left_out_and_its_name_in_letters_is_not(make_tokenizer):
    tokenizer = make_tokenizer(bos=True)
    prompt = tokenizer("three apples").input_ids
    spelled = encode_as_text(tokenizer, " <|im_end|> left", [])
    ended = [*spelled, tokenizer.convert_tokens_to_ids("<|im_end|>")]
    assert decoded(tokenizer, prompt, ended) == " <|im_end|> left"
