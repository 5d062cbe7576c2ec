"""Our models of pictures: networks, learning, and what they answer."""
