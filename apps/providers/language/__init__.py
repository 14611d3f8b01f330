"""What all language models share: the questions, the shape of the answers, prices by token, the check of a key."""
