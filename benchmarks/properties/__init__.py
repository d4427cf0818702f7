"""What is predicted of crystals: tasks, splits and the ways to beat."""
