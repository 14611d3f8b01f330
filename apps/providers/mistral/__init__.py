"""Mistral: language models from Europe, in OpenAI's chat protocol."""
