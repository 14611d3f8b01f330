"""Anthropic: the Claude models, over the Messages protocol."""
