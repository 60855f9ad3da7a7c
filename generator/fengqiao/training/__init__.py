"""Training: question types, their rules and their grading."""
