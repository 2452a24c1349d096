"""The interpretation of prompts: subjects, settings, moods, styles, colours."""
