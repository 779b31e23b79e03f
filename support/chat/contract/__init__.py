"""What is made out of the frames' definitions: `python -m support.chat.contract` writes it anew."""
