"""What doctors meet: knows releases, cannot train."""
