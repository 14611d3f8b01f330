"""Any chat address that speaks OpenAI's protocol: OpenAI itself, Mistral, Ollama, vLLM, llama.cpp and many
more."""
