"""Better instructions: proposed by a model, judged on a part of the pool, measured on the test."""
